/**
 * Sets of packets as reduced ordered binary decision diagrams: the operations. A set is a Ref; sets are immutable, equal exactly if their
 * references are, and live until a collection that does not get them as roots. Builders, readers and assignments are functions over this
 * class in the files beside it; README.md has the design and the costs.
 *
 * Every operation counts its steps and may throw BudgetExceeded (budget.ts), after which everything is as valid as before.
 */
import { InternalError } from '../../base/assert.ts';
import { type Limits, Meter } from './budget.ts';
import { Conjunction } from './conjunction.ts';
import type { Cube } from './cube.ts';
import { CubeWalk } from './cube-walk.ts';
import { IfThenElse } from './if-then-else.ts';
import { type Collected, NodeTable } from './node-table.ts';
import { MOST_IDS, OperationCache } from './operation-cache.ts';
import { Product } from './product.ts';
import { FALSE, not, type Ref, TERMINAL_VARIABLE, TRUE } from './ref.ts';
import { Transform } from './transform.ts';
import { cofactorBy, type Transformation, type VariableSet } from './transformation.ts';

export interface DiagramsOptions {
  /** The most nodes in use at any time: 16 million by default, which are 350 MB (500 MB while the columns double). */
  readonly maxNodes?: number;
  /** The most remembered results, 16 bytes each: a power of two, 2^20 by default. */
  readonly maxCacheEntries?: number;
  /** Space for so many nodes to begin with. */
  readonly initialNodes?: number;
  /** Nodes in use below which a collection is not worth its time: 2^18 by default. */
  readonly firstCollection?: number;
  /** Milliseconds, for the budgets; Date.now by default. */
  readonly clock?: () => number;
  /** Called every few milliseconds of work, collections and growth included. */
  readonly beat?: () => void;
}

export interface Statistics {
  readonly nodes: number;
  readonly capacity: number;
  /** Of all columns, tables and caches. */
  readonly bytes: number;
  readonly steps: number;
  readonly collections: number;
}

const FIRST_COLLECTION = 1 << 18;

/** Part of the columns' space at which they are taken to be full. */
const FULL = 0.95;
/** Times as many nodes as a collection kept: before there are so many, there is no other. */
const LEAST_GROWTH = 1.6;

export class Diagrams {
  readonly #table: NodeTable;
  readonly #cache: OperationCache;
  readonly #meter: Meter;
  readonly #conjunction: Conjunction;
  readonly #cubes: CubeWalk;
  readonly #ifThenElse: IfThenElse;
  readonly #transform: Transform;
  readonly #product: Product;
  #ids = new WeakMap<Transformation, number>();
  #nextId = 0;
  readonly #firstCollection: number;
  #nextCollection: number;
  #collections = 0;

  constructor(options: DiagramsOptions = {}) {
    this.#meter = new Meter(options.clock ?? Date.now, options.beat);
    const cache = new OperationCache(options.maxCacheEntries ?? 1 << 20);
    this.#cache = cache;
    this.#table = new NodeTable(
      options.maxNodes ?? 1 << 24,
      options.initialNodes ?? 1 << 12,
      (capacity) => cache.fit(capacity),
      this.#meter.beat,
    );
    const core = { table: this.#table, cache, meter: this.#meter };
    this.#conjunction = new Conjunction(core);
    this.#cubes = new CubeWalk(core, this.#conjunction);
    this.#ifThenElse = new IfThenElse(core, this.#conjunction);
    this.#transform = new Transform(core, this.#conjunction);
    this.#product = new Product(core, this.#conjunction, this.#transform);
    this.#firstCollection = options.firstCollection ?? FIRST_COLLECTION;
    this.#nextCollection = this.#collectionAfter(1);
  }

  // ------------------------------------------------------------------------------------------------------------------ nodes

  /** The assignments where `variable` is true. */
  variable(variable: number): Ref {
    return this.branch(variable, FALSE, TRUE);
  }

  /** `variable ? high : low`. O(1) where `variable` is above both; an if-then-else otherwise. The builders' brick. */
  branch(variable: number, low: Ref, high: Ref): Ref {
    if (!(variable >= 0 && variable < TERMINAL_VARIABLE)) throw new InternalError(`no variable ${variable}`);
    if (--this.#meter.fuel < 0) this.#meter.refill();
    if (variable < this.topVariable(low) && variable < this.topVariable(high)) {
      return this.#table.make(variable, low, high) as Ref;
    }
    return this.ite(this.#table.make(variable, FALSE, TRUE) as Ref, high, low);
  }

  /** The first variable that `set` depends on; TERMINAL_VARIABLE for the empty and the full set. */
  topVariable(set: Ref): number {
    return this.#table.variable[set >>> 1] as number;
  }

  /** `set` where its first variable is false. Not for the empty and the full set. */
  low(set: Ref): Ref {
    return ((this.#table.low[set >>> 1] as number) ^ (set & 1)) as Ref;
  }

  /** `set` where its first variable is true. Not for the empty and the full set. */
  high(set: Ref): Ref {
    return ((this.#table.high[set >>> 1] as number) ^ (set & 1)) as Ref;
  }

  // ------------------------------------------------------------------------------------------------------ sets of two and more

  /** Intersection: at most |a| * |b| steps; the number of literals where one is a cube of variables at the top. */
  and(a: Ref, b: Ref): Ref {
    return this.#conjunction.and(a, b) as Ref;
  }

  /** Union. Costs as `and`. */
  or(a: Ref, b: Ref): Ref {
    return not(this.and(not(a), not(b)));
  }

  /** What is in `a` but not in `b`. Costs as `and`. */
  diff(a: Ref, b: Ref): Ref {
    return this.and(a, not(b));
  }

  xor(a: Ref, b: Ref): Ref {
    return this.ite(a, not(b), b);
  }

  /** `a` where `condition` holds, `b` elsewhere: a packet's fate after a rule. */
  ite(condition: Ref, a: Ref, b: Ref): Ref {
    return this.#ifThenElse.ite(condition, a, b) as Ref;
  }

  /** Intersection of many, in a balanced tree: what is left early stays small. */
  andAll(sets: ArrayLike<Ref>): Ref {
    return not(this.orAll(Array.from(sets, not)));
  }

  /** Union of many, in a balanced tree. For tens of thousands of boxes `boxes` (boxes.ts) is faster. */
  orAll(sets: ArrayLike<Ref>): Ref {
    const pending = Array.from(sets);
    let count = pending.length;
    while (count > 1) {
      const half = count >> 1;
      const odd = count & 1;
      for (let i = 0; i < half; i++) pending[i] = this.or(pending[2 * i] as Ref, pending[2 * i + 1] as Ref);
      if (odd) pending[half] = pending[count - 1] as Ref;
      count = half + odd;
    }
    return pending[0] ?? FALSE;
  }

  /** Whether no assignment is in both. Makes nothing, and stops at the first common one. */
  disjoint(a: Ref, b: Ref): boolean {
    return this.#conjunction.disjoint(a, b);
  }

  /** Whether all of `a` is in `b`. As `disjoint`. Equality is `===`. */
  implies(a: Ref, b: Ref): boolean {
    return this.#conjunction.disjoint(a, not(b));
  }

  // ---------------------------------------------------------------------------------------------------------------------- cubes

  /** The set of a cube. O(literals). */
  cube(cube: Cube): Ref {
    return this.#cubes.diagram(cube) as Ref;
  }

  /** As and(set, cube(cube)), in O(literals) and without remembering it; where `set` asks for more than the cube names, as `and`. */
  andCube(set: Ref, cube: Cube): Ref {
    return this.#cubes.and(set, cube) as Ref;
  }

  /** As diff(set, cube(cube)): what a rule leaves to those behind it. Costs as andCube. */
  diffCube(set: Ref, cube: Cube): Ref {
    return this.#cubes.diff(set, cube) as Ref;
  }

  /** `set` where the cube holds, as a set that does not depend on the cube's variables. O(nodes above the last of them). */
  cofactor(set: Ref, cube: Cube): Ref {
    return this.transform(set, cofactorBy(cube));
  }

  // -------------------------------------------------------------------------------------------------------------- transformations

  /** Assignments that are in `set` for some values of the variables. */
  exists(set: Ref, variables: VariableSet): Ref {
    return this.transform(set, variables.forget);
  }

  /** Assignments that are in `set` for all values of the variables. */
  forall(set: Ref, variables: VariableSet): Ref {
    return not(this.exists(not(set), variables));
  }

  /** exists(and(a, b), variables) in one walk. */
  andExists(a: Ref, b: Ref, variables: VariableSet): Ref {
    return this.#product.andExists(a, b, variables, this.#idOf(variables.forget)) as Ref;
  }

  /** `set` with every variable treated as the transformation says (transformation.ts). */
  transform(set: Ref, transformation: Transformation): Ref {
    return this.#transform.transform(set, transformation, this.#idOf(transformation)) as Ref;
  }

  #idOf(transformation: Transformation): number {
    let id = this.#ids.get(transformation);
    if (id === undefined) {
      if (this.#nextId === MOST_IDS) this.#forgetIds();
      id = this.#nextId++;
      this.#ids.set(transformation, id);
    }
    return id;
  }

  #forgetIds(): void {
    this.#cache.clear();
    this.#ids = new WeakMap();
    this.#nextId = 0;
  }

  // ----------------------------------------------------------------------------------------------------------- memory and budgets

  /** The most nodes that may be in use now. */
  get maxNodes(): number {
    return this.#table.limit;
  }

  /** Whether enough was made since the last collection to make another worth its time: ask between rules, where all roots are known. */
  get collectionDue(): boolean {
    return this.#table.used >= this.#nextCollection;
  }

  /**
   * Frees all nodes that no root reaches; references to others stay valid, and so does what is remembered about them. Roots are lists of
   * references: arrays or typed columns. Time: O(nodes), about 0.1 s for a million.
   */
  collect(...roots: readonly ArrayLike<number>[]): Collected {
    const collected = this.#table.collect(roots);
    this.#cache.dropFreed(this.#table);
    this.#nextCollection = this.#collectionAfter(collected.kept);
    this.#collections++;
    return collected;
  }

  /** At twice what was kept, but before the columns are full, where that leaves room enough, and before the limit is reached. */
  #collectionAfter(kept: number): number {
    const room = Math.max(this.#table.limit - kept, 0);
    const full = FULL * this.#table.capacity;
    const due = 2 * kept > full && LEAST_GROWTH * kept < full ? full : 2 * kept;
    return Math.min(Math.max(due, this.#firstCollection), kept + Math.ceil(0.75 * room));
  }

  /**
   * Runs `run` within limits (beside those of calls around this one). Throws BudgetExceeded where they are reached; nothing that existed
   * before is lost.
   */
  within<T>(limits: Limits, run: () => T): T {
    const table = this.#table;
    const outer = table.limit;
    table.limit = Math.min(outer, table.used + (limits.nodes ?? outer));
    const unlimited = Number.POSITIVE_INFINITY;
    try {
      return this.#meter.within(limits.steps ?? unlimited, limits.milliseconds ?? unlimited, run);
    } finally {
      table.limit = outer;
    }
  }

  get statistics(): Statistics {
    return {
      nodes: this.#table.used,
      capacity: this.#table.capacity,
      bytes: this.#table.bytes + this.#cache.bytes,
      steps: this.#meter.steps,
      collections: this.#collections,
    };
  }
}
