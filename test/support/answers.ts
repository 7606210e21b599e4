type Row = Record<string, unknown>;

/** The calls of structured content as objects: a table's rows, or calls in detail. What is not given has no field. */
export function callsIn(structured: Readonly<Record<string, unknown>>): Row[] {
  const { calls, calls_in_detail: detailed } = structured;
  if (calls === undefined) return (detailed ?? []) as Row[];
  const {
    columns,
    rows,
    blanks = {},
  } = calls as {
    columns: string[];
    rows: unknown[][];
    blanks?: Record<string, { same_as?: string; value?: unknown }>;
  };
  return rows.map((cells) => {
    const row = Object.fromEntries(columns.map((column, i) => [column, cells[i]]));
    for (const [column, { same_as, value }] of Object.entries(blanks))
      row[column] ??= same_as === undefined ? value : row[same_as];
    return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  });
}
