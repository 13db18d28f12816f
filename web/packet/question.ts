/**
 * A question about packets as a user describes them: a packet's form of which only some fields are filled in, with prefixes for addresses and ranges for
 * ports. What is wrong is said at the field, as in check.ts.
 */
import { baseOf, formatNetwork, parseNetwork } from '../base/ip.ts';
import { type CheckFacts, type FieldNote, NO_FACTS } from './check.ts';
import { CT_STATES, hasPorts, ICMP, ICMPV6, type PacketField, type PacketForm, protocolOf, textOf } from './form.ts';
import { readPort } from './read.ts';

/** What is said of the packets, as they come to the node; null: anything. */
export interface AskedPackets {
  readonly family: 'ip' | 'ip6' | null;
  readonly origin: 'received' | 'sent';
  /** Networks: `10.244.1.7/32`. */
  readonly src: string | null;
  readonly dst: string | null;
  readonly addressed: 'node' | 'others' | null;
  readonly protocol: number | null;
  readonly dport: readonly [low: number, high: number] | null;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly state: (typeof CT_STATES)[number] | null;
}

/** Whatever comes in, to the node itself, to others, or what the node sends. */
export const ASKED_WAYS = ['any', 'input', 'forward', 'output'] as const;
export type AskedWay = (typeof ASKED_WAYS)[number];

export const ASKED_FIELDS = ['path', 'proto', 'src', 'dst', 'dport', 'iif', 'oif', 'ctstate'] as const;

export function askedWayOf(form: PacketForm): AskedWay {
  return ASKED_WAYS.find((way) => way === textOf(form, 'path')) ?? 'any';
}

/** The form's question, where nothing is wrong with it; notes in the order of the fields. */
export function readQuestion(
  form: PacketForm,
  facts: CheckFacts = NO_FACTS,
): { readonly question: AskedPackets | null; readonly notes: readonly FieldNote[] } {
  const notes = ASKED_FIELDS.flatMap((field) => noteOf(form, field, facts) ?? []);
  if (notes.some(({ severity }) => severity === 'error')) return { question: null, notes };
  const way = askedWayOf(form);
  const state = textOf(form, 'ctstate');
  const src = networkOf(form, 'src');
  const dst = networkOf(form, 'dst');
  const protocol = textOf(form, 'proto') === '' ? null : protocolOf(form);
  return {
    notes,
    question: {
      family: src?.family ?? dst?.family ?? familyOfProtocol(protocol),
      origin: way === 'output' ? 'sent' : 'received',
      src: src && formatNetwork(baseOf(src)),
      dst: dst && formatNetwork(baseOf(dst)),
      addressed: way === 'input' ? 'node' : way === 'forward' ? 'others' : null,
      protocol,
      dport: readPorts(textOf(form, 'dport')),
      iif: way === 'output' ? null : textOf(form, 'iif') || null,
      oif: textOf(form, 'oif') || null,
      state: state === 'any' ? null : (CT_STATES.find((one) => one === state) ?? 'new'),
    },
  };
}

function networkOf(form: PacketForm, field: 'src' | 'dst') {
  const text = textOf(form, field);
  return text === '' ? null : parseNetwork(text);
}

function familyOfProtocol(protocol: number | null): AskedPackets['family'] {
  if (protocol === ICMP) return 'ip';
  return protocol === ICMPV6 ? 'ip6' : null;
}

/** `22`, `ssh`, `8000-8080`, `8000:8080`; null where it is none. */
export function readPorts(text: string): readonly [low: number, high: number] | null {
  const one = readPort(text);
  if (text !== '' && one !== null) return [one, one];
  const [, first = '', last = ''] = /^(\w+)\s*[-:]\s*(\w+)$/.exec(text) ?? [];
  const [low, high] = [readPort(first), readPort(last)];
  return first === '' || low === null || high === null || low > high ? null : [low, high];
}

type Note = Omit<FieldNote, 'field'>;

function noteOf(form: PacketForm, field: (typeof ASKED_FIELDS)[number], facts: CheckFacts): FieldNote | null {
  const text = textOf(form, field);
  const found = text === '' ? null : CHECKS[field](form, text, facts);
  return found && { field, ...found };
}

const error = (message: string): Note => ({ severity: 'error', message });

const network =
  (field: PacketField): ((form: PacketForm, text: string) => Note | null) =>
  (form, text) => {
    const read = parseNetwork(text);
    if (!read) return error('An address or a prefix: 10.244.1.7, 10.8.0.0/24.');
    const other = field === 'dst' ? networkOf(form, 'src') : null;
    if (other && other.family !== read.family) return error('Source and destination are of two families.');
    const own = familyOfProtocol(textOf(form, 'proto') === '' ? null : protocolOf(form));
    return own !== null && own !== read.family ? error('The protocol belongs to the other family.') : null;
  };

const device = (_form: PacketForm, text: string, { interfaces }: CheckFacts): Note | null => {
  if (text.length > 15 || /[\s/*+]/.test(text)) return error('One interface’s name: up to 15 characters, no pattern.');
  const known = interfaces.some((name) => (name.endsWith('*') ? text.startsWith(name.slice(0, -1)) : name === text));
  if (known || text === 'lo' || interfaces.length === 0) return null;
  return { severity: 'note', message: `No rule of the dump names ${text}: it counts as any other.` };
};

const CHECKS: Readonly<
  Record<(typeof ASKED_FIELDS)[number], (form: PacketForm, text: string, facts: CheckFacts) => Note | null>
> = {
  path: () => null,
  proto: (form, text) =>
    protocolOf(form) === null ? error(`${text} is no IP protocol (a name of /etc/protocols, or 0 to 255).`) : null,
  src: network('src'),
  dst: network('dst'),
  dport: (form, text) => {
    const protocol = textOf(form, 'proto') === '' ? null : protocolOf(form);
    if (protocol !== null && !hasPorts(protocol)) return error('This protocol has no ports.');
    return readPorts(text) ? null : error('A port or a range: 22, https, 8000-8080.');
  },
  iif: device,
  oif: device,
  ctstate: (_form, text) =>
    text === 'any' || CT_STATES.some((one) => one === text) ? null : error(`any, or one of ${CT_STATES.join(', ')}.`),
};
