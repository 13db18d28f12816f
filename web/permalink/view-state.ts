/**
 * The view state of a link: `&`-separated `key=value` pairs, all of them optional. What a key's value does not make sense of is left
 * out and said in a warning; the dumps open all the same. The keys are listed in README.md.
 */
import { type Backend, FAMILIES, type Family } from '../model/hook.ts';
import type { PacketForm } from '../packet/form.ts';
import { shortName } from './brought.ts';
import { escapeName, unescapeName } from './escape.ts';
import {
  decodePacket,
  decodePins,
  decodeStep,
  encodePacket,
  encodePins,
  encodeStep,
  type LinkPin,
  type LinkStep,
} from './packet.ts';

export type { LinkPin, LinkStep } from './packet.ts';

/** Names a chain, rule or set by what the dump calls it, so that it means the same in another browser. `rule` counts from 1. */
export interface LinkAddress {
  readonly family: Family;
  readonly table: string;
  readonly backend: Backend;
  readonly chain?: string;
  readonly rule?: number;
  readonly set?: string;
}

export type LinkSelection =
  | { readonly kind: 'chain' | 'rule' | 'set'; readonly address: LinkAddress }
  /** `segment` counts from 0. */
  | { readonly kind: 'segment'; readonly address: LinkAddress; readonly segment: number }
  | { readonly kind: 'owner' | 'finding'; readonly id: string };

export type LinkView = (typeof LINK_VIEWS)[number];
export const LINK_VIEWS = ['hooks', 'chain', 'trace', 'cost', 'source', 'findings'] as const;
export type LinkFamily = (typeof LINK_FAMILIES)[number];
export const LINK_FAMILIES = ['ip', 'ip6', 'bridge', 'arp'] as const;
const BACKENDS: readonly Backend[] = ['nft', 'iptables-nft', 'iptables-legacy', 'iptables'];

export interface ViewState {
  readonly view?: LinkView;
  readonly family?: LinkFamily;
  readonly selection?: LinkSelection;
  /** Owner ids. */
  readonly dimmed?: readonly string[];
  /** What the chain view shows. */
  readonly chain?: LinkAddress;
  /** Index of the document that the source shows, from 0. */
  readonly active?: number;
  /** Only this document's node is read: index of one of its documents, from 0 (an index, because names may be others in a link). */
  readonly node?: number;
  /** Of the only document. */
  readonly name?: string;
  /** The packet that is traced. */
  readonly packet?: PacketForm;
  readonly pins?: readonly LinkPin[];
  /** The whole connection is shown: first packet, reply, later packets. */
  readonly connection?: true;
  readonly step?: LinkStep;
}

/** Starts with `&` unless empty. */
export function encodeViewState(state: ViewState): string {
  const pairs: [string, string][] = [];
  if (state.view !== undefined) pairs.push(['view', state.view]);
  if (state.family !== undefined) pairs.push(['family', state.family]);
  if (state.selection !== undefined) pairs.push(['sel', encodeSelection(state.selection)]);
  if (state.chain !== undefined) pairs.push(['chain', encodeAddress(state.chain)]);
  if (state.dimmed !== undefined && state.dimmed.length > 0)
    pairs.push(['dim', state.dimmed.map(escapeName).join(',')]);
  if (state.active !== undefined && state.active > 0) pairs.push(['doc', String(state.active)]);
  if (state.node !== undefined) pairs.push(['node', String(state.node)]);
  if (state.name !== undefined) pairs.push(['name', escapeName(state.name)]);
  if (state.packet !== undefined) pairs.push(['pkt', encodePacket(state.packet)]);
  if (state.pins !== undefined && state.pins.length > 0) pairs.push(['pins', encodePins(state.pins)]);
  if (state.connection) pairs.push(['conn', '1']);
  if (state.step !== undefined) pairs.push(['step', encodeStep(state.step)]);
  return pairs.map(([key, value]) => `&${key}=${value}`).join('');
}

export interface DecodedViewState {
  readonly state: ViewState;
  /** One sentence for each pair that was left out. */
  readonly warnings: readonly string[];
}

/** `pairs`: what follows the data, split at `&`. Keys that this version does not know are left out silently: a newer page wrote them. */
export function decodeViewState(pairs: readonly string[]): DecodedViewState {
  let state: ViewState = {};
  const warnings: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const key = equals === -1 ? pair : pair.slice(0, equals);
    const read = READERS.get(key);
    if (!read) continue;
    const part = read(equals === -1 ? '' : pair.slice(equals + 1));
    if (part) state = { ...state, ...part };
    else warnings.push(`The link's “${key}” is not understood and was left out.`);
  }
  return { state, warnings };
}

const READERS: ReadonlyMap<string, (value: string) => ViewState | null> = new Map<
  string,
  (value: string) => ViewState | null
>([
  [
    'view',
    (value) =>
      wrap(
        'view',
        LINK_VIEWS.find((view) => view === value),
      ),
  ],
  [
    'family',
    (value) =>
      wrap(
        'family',
        LINK_FAMILIES.find((family) => family === value),
      ),
  ],
  ['sel', (value) => wrap('selection', decodeSelection(value))],
  ['chain', (value) => wrap('chain', decodeAddress(value.split('/'), 'chain'))],
  ['dim', (value) => wrap('dimmed', all(value.split(',').map(unescapeName)))],
  ['doc', (value) => wrap('active', index(value))],
  ['node', (value) => wrap('node', index(value))],
  ['name', (value) => wrap('name', decodeName(value))],
  ['pkt', (value) => wrap('packet', decodePacket(value))],
  ['pins', (value) => wrap('pins', decodePins(value))],
  ['conn', (value) => wrap('connection', value === '1' ? true : undefined)],
  ['step', (value) => wrap('step', decodeStep(value))],
]);

function decodeName(value: string): string | undefined {
  const name = unescapeName(value);
  return name === undefined ? undefined : shortName(name);
}

function wrap<K extends keyof ViewState>(key: K, value: ViewState[K] | undefined): ViewState | null {
  return value === undefined ? null : { [key]: value };
}

/** `rule/ADDRESS`, `finding/ID`, ...: see README.md. */
export function encodeSelection(selection: LinkSelection): string {
  switch (selection.kind) {
    case 'owner':
    case 'finding':
      return `${selection.kind}/${escapeName(selection.id)}`;
    case 'segment':
      return `segment/${selection.segment}/${encodeAddress(selection.address)}`;
    default:
      return `${selection.kind}/${encodeAddress(selection.address)}`;
  }
}

export function decodeSelection(value: string): LinkSelection | undefined {
  const [kind, ...rest] = value.split('/');
  switch (kind) {
    case 'owner':
    case 'finding': {
      const id = unescapeName(rest.join('/'));
      return id === undefined || id === '' ? undefined : { kind, id };
    }
    case 'segment': {
      const segment = index(rest[0] ?? '');
      const address = decodeAddress(rest.slice(1), 'chain');
      return segment === undefined || !address ? undefined : { kind, address, segment };
    }
    case 'chain':
    case 'rule':
    case 'set': {
      const address = decodeAddress(rest, kind);
      return address ? { kind, address } : undefined;
    }
    default:
      return undefined;
  }
}

/** `backend/family/table`, then `/chain`, `/chain/rule` or, for a set, `/@set`. */
function encodeAddress(address: LinkAddress): string {
  const parts: string[] = [address.backend, address.family, escapeName(address.table)];
  if (address.set !== undefined) parts.push(`@${escapeName(address.set)}`);
  else if (address.chain !== undefined) {
    parts.push(escapeName(address.chain));
    if (address.rule !== undefined) parts.push(String(address.rule));
  }
  return parts.join('/');
}

function decodeAddress(parts: readonly string[], want: 'chain' | 'rule' | 'set'): LinkAddress | undefined {
  const backend = BACKENDS.find((one) => one === parts[0]);
  const family = FAMILIES.find((one) => one === parts[1]);
  const table = unescapeName(parts[2] ?? '');
  const last = parts[3];
  if (backend === undefined || family === undefined || table === undefined || last === undefined) return undefined;
  const where = { family, table, backend };
  if (want === 'set') {
    const set = last.startsWith('@') ? unescapeName(last.slice(1)) : undefined;
    return set === undefined || parts.length !== 4 ? undefined : { ...where, set };
  }
  const chain = unescapeName(last);
  if (chain === undefined || parts.length !== (want === 'rule' ? 5 : 4)) return undefined;
  if (want === 'chain') return { ...where, chain };
  const rule = index(parts[4] ?? '');
  return rule === undefined || rule < 1 ? undefined : { ...where, chain, rule };
}

function index(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function all(values: readonly (string | undefined)[]): readonly string[] | undefined {
  const found = values.filter((value) => value !== undefined && value !== '');
  return found.length === values.length ? (found as readonly string[]) : undefined;
}
