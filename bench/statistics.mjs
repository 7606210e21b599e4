/** The value at this share of the sorted values; 0.5 is the median. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/**
 * Measures two things in turns, so that whatever else the machine does meets both. Each gives a number of milliseconds.
 * The first round warms up and is not counted.
 */
export async function interleaved(rounds, measureOurs, measureTheirs) {
  const [ours, theirs] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    // Who goes first changes, so that neither always follows the other.
    if (round % 2 === 0) {
      ours.push(await measureOurs());
      theirs.push(await measureTheirs());
    } else {
      theirs.push(await measureTheirs());
      ours.push(await measureOurs());
    }
  }
  ours.shift();
  theirs.shift();
  return {
    ours,
    theirs,
    ratios: ours.map((value, index) => value / theirs[index]),
    added: ours.map((value, index) => value - theirs[index]),
  };
}
