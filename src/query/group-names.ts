/**
 * The names of a group, one for each of its groupings: what the last of its calls in order of time calls it, of those that
 * call it something. Of names in one second there is no last one: the greatest is taken, so that whatever counts the calls,
 * in whichever order they come, takes the same.
 */
export class GroupNames {
  readonly values: (string | undefined)[];
  readonly #seconds: number[];

  constructor(groupings: number) {
    this.values = Array.from({ length: groupings }, () => undefined);
    this.#seconds = this.values.map(() => Number.NEGATIVE_INFINITY);
  }

  /** Takes the raw name that calls have, the last of which began in a second (`UNDATED` where that is not known). */
  add(place: number, name: string | undefined, second: number): void {
    const [known, latest = second] = [this.values[place], this.#seconds[place]];
    if (name === undefined || second < latest) return;
    if (second === latest && known !== undefined && known > name) return;
    this.values[place] = name;
    this.#seconds[place] = second;
  }
}
