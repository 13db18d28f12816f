/**
 * NAT as images of sets. Kernel: as nat.ts and nat-choice.ts of the tracer have it; an address out of a range may be any of it here, and one that the node
 * chooses any at all.
 */
import type { NatAction, NatAddress, NatTarget } from '../../kernel/action.ts';
import { targetOfElement } from '../../kernel/compile-nat.ts';
import type { ChainSite, Manip } from '../../kernel/domain.ts';
import { CT_STATUS } from '../../kernel/fields.ts';
import { isCatchAll } from '../../kernel/lookup-set.ts';
import { LOOPBACK_V4, LOOPBACK_V6 } from '../../kernel/routing.ts';
import { assignCopy } from '../diagram/assign.ts';
import { fieldBetween, fieldIn } from '../diagram/boxes.ts';
import { type Cube, joinCubes } from '../diagram/cube.ts';
import { type Field, prefixCube } from '../diagram/field.ts';
import { FALSE, type Ref, TRUE } from '../diagram/ref.ts';
import type { Assignments } from './assignments.ts';
import type { BitField, Wide } from './bit-field.ts';
import type { Frames } from './frames.ts';
import { coversDraw, elementCube, elementRef, keyOf } from './lookups.ts';
import type { PacketSets } from './packet-sets.ts';
import type { Part } from './space.ts';
import { vectorOf } from './vectors.ts';
import type { ViewState, Views } from './view.ts';

export interface Translated {
  readonly mapped: Part[];
  readonly broken: Part[];
  readonly passed: Part[];
}

const UNKNOWN: NatTarget = { address: { kind: 'unknown' }, port: null };
/** Host bits of a prefix that are carried over bit by bit; with more the new address may be any of the prefix. */
const MOST_HOST_BITS = 10;

export class Translation {
  constructor(
    private readonly sets: PacketSets,
    private readonly assignments: Assignments,
    private readonly views: Views,
    private readonly frames: Frames,
  ) {}

  apply(given: Part, action: NatAction, site: ChainSite): Translated {
    const { layout, diagrams } = this.sets;
    if (action.family !== null && action.family !== layout.family) return { mapped: [], broken: [], passed: [given] };
    // The nat chains see tracked packets only.
    if (site.base.dispatcher) {
      const done: Translated = { mapped: [], broken: [], passed: [] };
      this.targets(given, action, site, done);
      return done;
    }
    const entry = this.sets.entry(given.view);
    const tracked = diagrams.and(given.set, entry);
    const untracked = diagrams.diff(given.set, entry);
    const done: Translated = { mapped: [], broken: [], passed: [] };
    if (untracked !== FALSE) done.mapped.push({ ...given, set: untracked });
    if (tracked !== FALSE) this.targets({ ...given, set: tracked }, action, site, done);
    return done;
  }

  private targets(given: Part, action: NatAction, site: ChainSite, done: Translated): void {
    const { target } = action;
    switch (target.kind) {
      case 'fixed':
        done.mapped.push(...this.mapped(given, action, target.target, site));
        return;
      case 'unknown':
        done.mapped.push(...this.mapped(given, action, UNKNOWN, site));
        return;
      case 'map':
        this.fromMap(given, action, target, site, done);
        return;
      case 'terms':
        done.mapped.push(...this.computed(given, action, target, site));
    }
  }

  private fromMap(
    given: Part,
    action: NatAction,
    target: Extract<NatAction['target'], { kind: 'map' }>,
    site: ChainSite,
    done: Translated,
  ): void {
    const { diagrams, layout } = this.sets;
    const { set } = target;
    const key = keyOf(target.key, given.view, this.sets);
    if (!key || layout.usage.updatedSets.has(set)) {
      done.mapped.push(...this.mapped(given, action, UNKNOWN, site));
      done.broken.push(given);
      return;
    }
    let left = diagrams.and(given.set, key.present);
    const missing = diagrams.diff(given.set, key.present);
    for (const element of set.elements) {
      if (left === FALSE) break;
      const cube = isCatchAll(element) ? null : elementCube(element, key);
      const inside = isCatchAll(element)
        ? left
        : cube
          ? diagrams.andCube(left, cube)
          : diagrams.and(left, elementRef(element, key, this.sets));
      if (inside === FALSE) continue;
      if (!key.isDrawn) left = cube ? diagrams.diffCube(left, cube) : diagrams.diff(left, inside);
      const found = targetOfElement(element, target, action.prefix) ?? UNKNOWN;
      done.mapped.push(...this.mapped({ ...given, set: inside }, action, found, site));
    }
    if (!set.complete && left !== FALSE)
      done.mapped.push(...this.mapped({ ...given, set: left }, action, UNKNOWN, site));
    const rest = diagrams.or(key.isDrawn && coversDraw(set.elements, key) ? FALSE : left, missing);
    if (rest !== FALSE) done.broken.push({ ...given, set: rest });
  }

  private computed(
    given: Part,
    action: NatAction,
    { address, port }: Extract<NatAction['target'], { kind: 'terms' }>,
    site: ChainSite,
  ): Part[] {
    const constant = (term: typeof address): Wide | null => {
      if (!term) return null;
      const vector = vectorOf(term, given.view, this.sets);
      if (!vector?.every((bit) => bit <= TRUE)) return null;
      return vector.reduce((sum, bit, weight) => (bit === TRUE ? sum | (1n << BigInt(weight)) : sum), 0n);
    };
    const to = constant(address);
    const at = constant(port);
    const drawn = port?.kind === 'choice' ? { from: port.offset, to: port.offset + port.modulus - 1 } : null;
    const target: NatTarget = {
      address: address ? (to === null ? { kind: 'unknown' } : { kind: 'range', from: to, to }) : null,
      port: port
        ? {
            kind: 'range',
            ...(at === null ? (drawn ?? { from: 0, to: 0xffff }) : { from: Number(at), to: Number(at) }),
          }
        : null,
    };
    return this.mapped(given, action, target, site);
  }

  // ----------------------------------------------------------------------------------------------------------------- images

  private mapped(arrived: Part, action: NatAction, target: NatTarget, site: ChainSite): Part[] {
    const manip = manipOf(action, site);
    const address = this.addressFor(action, target, site);
    const chosen = address?.kind === 'unknown';
    // What a frame speaks of must not be written.
    const given = manip === 'dst' ? this.frames.unframed(arrived) : arrived;
    const single = singleTarget({ ...target, address });
    const isFresh = manip === 'dst' ? !given.view.daddr && !given.view.dport : !given.view.saddr && !given.view.sport;
    if (single && isFresh && !(action.random && !target.port)) return this.toOne(given, manip, single);
    // Kernel: find_best_ips_proto() takes any of several addresses, also where the packet has one of them already.
    const isDrawn = address?.kind === 'range' && address.from !== address.to;
    return this.withStatus(given, manip, this.unchanged(given, manip, { ...target, address }), isDrawn)
      .flatMap((each) => this.writtenBack(each, manip, address, target.port))
      .map((each) => this.withAddress(each, manip, address, chosen))
      .map((each) => (action.type === 'masquerade' ? this.ofInterface(each) : each))
      .map((each) => this.withDraw(each, manip, address, action))
      .flatMap((each) => this.withPort(each, manip, target, action))
      .map((each) => ({
        ...each,
        view: this.views.with(each.view, manip === 'dst' ? { dnat: true } : { snat: true }),
      }));
  }

  /**
   * One address, with one port or the packet's, written at once to packets that still have their own. Those that have it already stay as they are. Kernel:
   * nf_nat_setup_info() says DNAT or SNAT only where something changes.
   */
  private toOne(given: Part, manip: Manip, { address, port }: SingleTarget): Part[] {
    const { diagrams, layout } = this.sets;
    const [addresses, ports] = manip === 'dst' ? [layout.daddr, layout.dport] : [layout.saddr, layout.sport];
    const parts: Part[] = [];
    for (const [set, movesPort] of this.byPort(given.set, ports.input, port)) {
      const own = addresses.input.cube(address, null) as Cube;
      // Nearly always: none has it already.
      const same = diagrams.andCube(set, own);
      const others = same === FALSE ? set : diagrams.diffCube(set, own);
      const add = (inside: Ref, movesAddress: boolean) => {
        if (inside === FALSE) return;
        const isPort = movesPort ? (ports.moved.cube(port ?? 0, null) as Cube) : NO_LITERALS;
        const isAddress = movesAddress ? (addresses.moved.cube(address, null) as Cube) : NO_LITERALS;
        const cube = joinCubes(isAddress, isPort) as Cube;
        const view = this.views.with(given.view, changeOf(manip, movesAddress, movesPort));
        parts.push({ ...given, view, set: cube.length === 0 ? inside : diagrams.andCube(inside, cube) });
      };
      add(others, true);
      add(same, false);
    }
    return parts;
  }

  /** The packets whose port becomes another one, and those that keep theirs: it is the same, or they have none. */
  private byPort(set: Ref, own: BitField, port: number | null): [set: Ref, moves: boolean][] {
    if (port === null) return [[set, false]];
    const { diagrams } = this.sets;
    const ported = this.sets.ported();
    const cube = own.cube(port, null) as Cube;
    const moving = diagrams.diffCube(diagrams.and(set, ported), cube);
    if (moving === FALSE) return [[set, false]];
    if (moving === set) return [[set, true]];
    const staying = diagrams.or(diagrams.diff(set, ported), diagrams.andCube(set, cube));
    return staying === FALSE
      ? [[set, true]]
      : [
          [moving, true],
          [diagrams.diff(set, moving), false],
        ];
  }

  /**
   * Kernel: nf_nat_manip_pkt() writes address and port of the connection; where a mapping leaves one of them alone, a rule's own writing to the header is
   * undone by it. Nothing is written where nothing changes.
   */
  private writtenBack(given: Part, manip: Manip, address: NatAddress | null, port: NatTarget['port']): Part[] {
    const { diagrams, layout } = this.sets;
    if (given.view[manip === 'dst' ? 'dnat' : 'snat']) return [given];
    const [addresses, ports] = manip === 'dst' ? (['daddr', 'dport'] as const) : (['saddr', 'sport'] as const);
    const sides = [...(address === null ? [addresses] : []), ...(port === null ? [ports] : [])];
    const written = sides.filter((side) => given.view[side]);
    if (written.length === 0) return [given];
    const unchanged = this.sameAsMapped(given, manip, { address, port });
    const staying = diagrams.and(given.set, unchanged);
    let set = diagrams.diff(given.set, unchanged);
    for (const side of written) set = diagrams.exists(set, this.assignments.variablesOf(layout[side].moved));
    const view = this.views.with(given.view, Object.fromEntries(written.map((side) => [side, false])));
    return [
      ...(staying === FALSE ? [] : [{ ...given, set: staying }]),
      ...(set === FALSE ? [] : [{ ...given, view, set }]),
    ];
  }

  /** Masquerade and redirect find their own. */
  private addressFor({ type }: NatAction, target: NatTarget, { hook }: ChainSite): NatAddress | null {
    if (type === 'masquerade') return { kind: 'unknown' };
    if (type !== 'redirect') return target.address;
    if (hook !== 'output') return { kind: 'unknown' };
    const own = this.sets.layout.family === 'ip6' ? LOOPBACK_V6 : LOOPBACK_V4;
    return { kind: 'range', from: own, to: own };
  }

  private withAddress(given: Part, manip: Manip, address: NatAddress | null, chosen: boolean): Part {
    if (address === null) return given;
    const { diagrams, layout } = this.sets;
    const side = manip === 'dst' ? 'daddr' : 'saddr';
    const { moved, input } = layout[side];
    const field = moved.field as Field;
    const own = given.view[side] ? moved : input;
    const view = this.views.with(given.view, {
      [side]: true,
      [manip === 'dst' ? 'chosenDestination' : 'chosenSource']: chosen,
    });
    if (address.kind === 'prefix') return { ...given, view, set: this.withPrefix(given.set, own, moved, address) };
    const free = given.view[side] ? diagrams.exists(given.set, this.assignments.variablesOf(moved)) : given.set;
    if (address.kind === 'unknown') return { ...given, view, set: free };
    if (address.from === address.to) {
      return { ...given, view, set: diagrams.andCube(free, moved.cube(address.from, null) as Cube) };
    }
    const range = moved.interval(address.from, address.to);
    const inRange = fieldBetween(diagrams, field, range.low, range.high);
    return { ...given, view, set: diagrams.and(free, inRange) };
  }

  /** Kernel: inet_select_addr() takes no loopback address, and no group's [masquerade-own]. */
  private ofInterface(given: Part): Part {
    const { diagrams, layout } = this.sets;
    if (layout.family === 'ip6') return given;
    const field = layout.saddr.moved;
    const none = this.sets.once('no source of an interface', () =>
      diagrams.orAll([
        this.sets.addresses(field, [[0, 0x00ffffff]]),
        this.sets.kind(field, 'loopback'),
        this.sets.addresses(field, [[0xe0000000, 0xffffffff]]),
      ]),
    );
    return { ...given, set: diagrams.diff(given.set, none) };
  }

  private withDraw(given: Part, manip: Manip, address: NatAddress | null, { persistent }: NatAction): Part {
    const draw = address?.kind === 'range' && address.from !== address.to;
    const text = draw ? `${address.from}-${address.to}${persistent ? ' persistent' : ''}` : '';
    const view = this.views.with(given.view, manip === 'dst' ? { drawnDestination: text } : { drawnSource: text });
    return { ...given, view };
  }

  private withPrefix(
    set: Ref,
    own: BitField,
    moved: BitField,
    { address, length, width }: Extract<NatAddress, { kind: 'prefix' }>,
  ): Ref {
    const { diagrams } = this.sets;
    const host = width - length;
    const network = prefixCube(moved.field as Field, address, length);
    if (host > MOST_HOST_BITS) {
      const free = diagrams.exists(set, this.assignments.variablesOf(moved));
      return diagrams.andCube(free, network);
    }
    const mask = (1n << BigInt(host)) - 1n;
    const flip = ((BigInt(address) | mask) ^ mask) as bigint;
    return assignCopy(diagrams, set, moved.field as Field, own.field as Field, { mask, flip });
  }

  private withPort(given: Part, manip: Manip, target: NatTarget, { random }: NatAction): Part[] {
    const { diagrams, layout } = this.sets;
    const { port } = target;
    if (!port && (!random || manip === 'dst')) return [given];
    const side = manip === 'dst' ? 'dport' : 'sport';
    const { moved, input } = layout[side];
    const field = moved.field as Field;
    const view = this.views.with(given.view, { [side]: true });
    const free = given.view[side] ? diagrams.exists(given.set, this.assignments.variablesOf(moved)) : given.set;
    if (!port) {
      if (given.view[side]) return [{ ...given, view, set: free }];
      return [{ ...given, view, set: diagrams.andAll([free, this.portClasses(input, moved)]) }];
    }
    if (port.from === port.to) {
      return [{ ...given, view, set: diagrams.andCube(free, moved.cube(port.from, null) as Cube) }];
    }
    const inside = fieldIn(diagrams, field, [moved.interval(port.from, port.to)]);
    const own = given.view[side] ? moved : input;
    const fits = own.in(diagrams, { kind: 'numbers', ranges: [port.from, port.to] }, null);
    // A port of the range stays as it is, unless random is asked for.
    const stays = random || port.kind === 'shifted' ? FALSE : diagrams.and(given.set, fits);
    const first = manip === 'dst' && !random && port.kind === 'range';
    const others = diagrams.diff(free, stays);
    const drawn = first ? diagrams.andCube(others, moved.cube(port.from, null) as Cube) : diagrams.and(others, inside);
    const parts: Part[] = [];
    if (drawn !== FALSE) parts.push({ ...given, view, set: drawn });
    if (stays !== FALSE) parts.push({ ...given, set: stays });
    return parts;
  }

  /** Kernel: without a range a random port stays in the class of its own [nat-choice.ts]. */
  private portClasses(input: BitField, moved: BitField): Ref {
    const { diagrams } = this.sets;
    return this.sets.once(`random port ${input.name}`, () =>
      diagrams.orAll(
        PORT_CLASSES.map(([own, to]) =>
          diagrams.and(
            input.in(diagrams, { kind: 'numbers', ranges: own }, null),
            moved.in(diagrams, { kind: 'numbers', ranges: to }, null),
          ),
        ),
      ),
    );
  }

  // ----------------------------------------------------------------------------------------------------------------- status

  /** The packets whose address and port are (or may be) what they are mapped to already; null where nobody asks. */
  private unchanged(given: Part, manip: Manip, target: NatTarget): Ref | null {
    return this.sets.layout.usage.reads.has(CT_STATUS) ? this.sameAsMapped(given, manip, target) : null;
  }

  private sameAsMapped(given: Part, manip: Manip, target: NatTarget): Ref {
    const { diagrams, layout } = this.sets;
    const [address, port] = manip === 'dst' ? [layout.daddr, layout.dport] : [layout.saddr, layout.sport];
    const [movedAddress, movedPort] =
      manip === 'dst' ? [given.view.daddr, given.view.dport] : [given.view.saddr, given.view.sport];
    let same: Ref = TRUE;
    if (target.address) {
      if (target.address.kind !== 'range') return FALSE;
      const field = movedAddress ? address.moved : address.input;
      const range = field.interval(target.address.from, target.address.to);
      same = fieldBetween(diagrams, field.field as Field, range.low, range.high);
    }
    if (target.port) {
      const field = movedPort ? port.moved : port.input;
      const fits = field.in(diagrams, { kind: 'numbers', ranges: [target.port.from, target.port.to] }, null);
      same = diagrams.and(same, diagrams.or(fits, diagrams.diff(TRUE, this.sets.ported())));
    }
    return same;
  }

  /** Kernel: nf_nat_setup_info() says SNAT or DNAT only where something changes. `maybe`: those that are unchanged may be changed as well. */
  private withStatus(given: Part, manip: Manip, unchanged: Ref | null, maybe: boolean): Part[] {
    if (unchanged === null) return [given];
    const { diagrams } = this.sets;
    const same = diagrams.and(given.set, unchanged);
    const view = this.views.with(given.view, manip === 'dst' ? { dnatBit: true } : { snatBit: true });
    if (same === FALSE) return [{ ...given, view }];
    const changed = maybe ? given.set : diagrams.diff(given.set, same);
    return changed === FALSE
      ? [{ ...given, set: same }]
      : [
          { ...given, view, set: changed },
          { ...given, set: same },
        ];
  }
}

const NO_LITERALS: Cube = new Int32Array();

function changeOf(manip: Manip, address: boolean, port: boolean): Partial<ViewState> {
  const bit = address || port;
  return manip === 'dst'
    ? { daddr: address, dport: port, dnat: true, dnatBit: bit }
    : { saddr: address, sport: port, snat: true, snatBit: bit };
}

interface SingleTarget {
  readonly address: Wide;
  /** null: the packet's own. */
  readonly port: number | null;
}

/** A target that is one address, with one port or without any. */
function singleTarget({ address, port }: NatTarget): SingleTarget | null {
  if (address?.kind !== 'range' || address.from !== address.to || (port && port.from !== port.to)) return null;
  return { address: address.from, port: port?.from ?? null };
}

function manipOf({ type }: NatAction, { hook }: ChainSite): Manip {
  if (type === 'netmap') return hook === 'prerouting' || hook === 'output' ? 'dst' : 'src';
  return type === 'dnat' || type === 'redirect' ? 'dst' : 'src';
}

/** Kernel: nf_nat_l4proto_unique_tuple(): a low port stays among the low ones. */
const PORT_CLASSES: readonly (readonly [own: readonly number[], to: readonly number[]])[] = [
  [
    [0, 511],
    [1, 511],
  ],
  [
    [512, 1023],
    [600, 1023],
  ],
  [
    [1024, 65535],
    [1024, 65535],
  ],
];
