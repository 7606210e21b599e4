import { type Prompt, steps, toolCall } from './prompt.js';

/** Contract, "Use Cases": "Customer Service: Retrieve call history for customer inquiry". */
export const customerInquiry: Prompt = {
  name: 'customer_inquiry',
  title: 'Customer inquiry',
  description: 'What happened with a customer who asks now, found by number or name',
  args: {
    phone_number: { description: 'Customer’s phone number' },
    first_name: { description: 'Customer’s first name' },
    last_name: { description: 'Customer’s last name' },
    question: { description: 'What the customer asks' },
  },
  write(args) {
    const { phone_number, first_name, last_name, question } = args;
    const filters = Object.fromEntries(
      Object.entries({ phone_number, first_name, last_name }).filter(([, value]) => value !== undefined),
    );
    const find =
      Object.keys(filters).length === 0
        ? 'Ask me for the customer’s phone number or name, then search_call_logs by it.'
        : `${toolCall('search_call_logs', { ...filters, limit: 20 })}. With a phone number also look at number_dialed: the customer may have called in.`;
    return steps(
      `A customer is asking about calls with us${question === undefined ? '' : `: ${JSON.stringify(question)}`}.`,
      find,
      'Make sure that it is one customer: if the rows show several leads, ask me which one before telling anything about them.',
      'Open the calls that matter with get_call_log.',
      'Tell me when we spoke, with whom and with what outcome, and what the records do not say.',
    );
  },
};
