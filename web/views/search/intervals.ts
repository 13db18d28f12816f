/**
 * Many intervals of addresses or ports in columns, each with who has it. Asked which of them hold a value, all are looked at: half a million take about a
 * millisecond, and there is no tree to build.
 */

/** Who has an interval, and how. */
export interface Entry {
  /** A Rule.id or a NamedSet.id. */
  readonly holder: number;
  /** Tells the elements of sets apart, so that an address and a port of one element belong together; 0: of no element. */
  readonly element: number;
  /** An index into the index's `labels`. */
  readonly label: number;
  /** All values but these. */
  readonly negated: boolean;
  /** Of a set, what is none of its members inside of a larger network: ipset's `nomatch`. */
  readonly except: boolean;
}

const NEGATED = 1;
const EXCEPT = 2;

/** `number`: IPv4 addresses and ports; `bigint`: IPv6 addresses. */
export class Intervals<T extends number | bigint> {
  readonly #from: T[] = [];
  readonly #to: T[] = [];
  readonly #holder: number[] = [];
  readonly #element: number[] = [];
  readonly #label: number[] = [];
  readonly #flags: number[] = [];

  get length(): number {
    return this.#from.length;
  }

  /** Both ends belong to it. */
  add(from: T, to: T, { holder, element, label, negated, except }: Entry): void {
    this.#from.push(from);
    this.#to.push(to);
    this.#holder.push(holder);
    this.#element.push(element);
    this.#label.push(label);
    this.#flags.push((negated ? NEGATED : 0) | (except ? EXCEPT : 0));
  }

  /** Calls `visit` with the place of each interval that holds some value of `[from, to]`; of each negated one where some value is outside of it. */
  each(from: T, to: T, visit: (at: number) => void): void {
    const starts = this.#from;
    const ends = this.#to;
    const flags = this.#flags;
    for (let at = 0; at < starts.length; at++) {
      const low = starts[at] as T;
      const high = ends[at] as T;
      if (((flags[at] as number) & NEGATED) === 0 ? low <= to && high >= from : from < low || to > high) visit(at);
    }
  }

  holder(at: number): number {
    return this.#holder[at] as number;
  }

  element(at: number): number {
    return this.#element[at] as number;
  }

  label(at: number): number {
    return this.#label[at] as number;
  }

  isNegated(at: number): boolean {
    return ((this.#flags[at] as number) & NEGATED) !== 0;
  }

  /** Of a set, what is none of its members inside of a larger network. */
  isExcept(at: number): boolean {
    return ((this.#flags[at] as number) & EXCEPT) !== 0;
  }

  from(at: number): T {
    return this.#from[at] as T;
  }

  to(at: number): T {
    return this.#to[at] as T;
  }
}
