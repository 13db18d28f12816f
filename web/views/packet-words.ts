/** A packet in part, as a user writes it: `10.96.0.10:53`, `from 10.244.1.5 udp`, `to [fd00::a]:443`, `8080`. */
import { type IpAddress, parseIp, parseNetwork } from '../base/ip.ts';
import type { KnownFields } from '../kernel/can-match.ts';
import { FACT, PORT_PROTOCOLS, transportFacts } from '../kernel/facts.ts';
import { DPORT, IP_DADDR, IP_SADDR, IP6_DADDR, IP6_SADDR, L4PROTO, SPORT, type Variable } from '../kernel/fields.ts';

/** Kernel: include/uapi/linux/in.h. */
const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['icmpv6', 58],
  ['sctp', 132],
]);

const FAMILY = {
  4: { holding: FACT.IPV4, missing: FACT.IPV6 | FACT.ARP },
  6: { holding: FACT.IPV6, missing: FACT.IPV4 | FACT.ARP },
} as const;

export type PacketWords =
  /** What is known of the packet: several, where it may be of several protocols. */
  | { readonly ok: true; readonly known: readonly KnownFields[] }
  /** In words for people. */
  | { readonly ok: false; readonly problem: string };

/** Addresses and ports are the destination's unless `from` (or `src`) stands before them. Linear. */
export function readPacketWords(text: string): PacketWords {
  const values = new Map<number, number | bigint>();
  let holding = 0;
  let missing = 0;
  let from = false;
  const put = (variable: Variable, value: number | bigint, facts: number, without: number): void => {
    values.set(variable.id, value);
    holding |= facts;
    missing |= without;
  };
  for (const word of text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((one) => one !== '')) {
    if (word === 'from' || word === 'src') from = true;
    else if (word === 'to' || word === 'dst') from = false;
    else {
      const protocol = PROTOCOLS.get(word);
      const read = protocol === undefined ? readEnd(word) : null;
      if (protocol !== undefined) {
        const known = knownProtocol(protocol);
        put(L4PROTO, protocol, known.holding, known.missing);
      } else if (!read) return { ok: false, problem: problemOf(word) };
      else {
        if (read.address) {
          const { value } = read.address;
          const [source, destination] = typeof value === 'number' ? [IP_SADDR, IP_DADDR] : [IP6_SADDR, IP6_DADDR];
          const family = FAMILY[typeof value === 'number' ? 4 : 6];
          put(from ? source : destination, value, FACT.IP | family.holding, family.missing);
        }
        if (read.port !== null) put(from ? SPORT : DPORT, read.port, FACT.TRANSPORT, 0);
      }
    }
  }
  if ((holding & missing) !== 0) return { ok: false, problem: 'no packet is both' };
  if (values.has(L4PROTO.id) || !(values.has(SPORT.id) || values.has(DPORT.id))) {
    return { ok: true, known: [{ holding, missing, values }] };
  }
  return {
    ok: true,
    known: [...PORT_PROTOCOLS].map((protocol) => {
      const known = knownProtocol(protocol);
      return {
        holding: holding | known.holding,
        missing: missing | known.missing,
        values: new Map(values).set(L4PROTO.id, protocol),
      };
    }),
  };
}

function problemOf(word: string): string {
  if (parseNetwork(word)) return `${word} is a network: name an address in it`;
  return `"${word}" is no address, port or protocol`;
}

function knownProtocol(protocol: number): { readonly holding: number; readonly missing: number } {
  const own = transportFacts(protocol);
  const others = [...PROTOCOLS.values()].reduce((sum, one) => sum | transportFacts(one), 0);
  return { holding: FACT.IP | own, missing: others & ~own };
}

function readEnd(word: string): { readonly address: IpAddress | null; readonly port: number | null } | null {
  const whole = parseIp(word);
  if (whole) return { address: whole, port: null };
  const parts = /^(?:\[(.+)\]|([^:]*)):?(\d{1,5})$/.exec(word);
  const port = /^\d{1,5}$/.test(word) ? Number(word) : parts ? Number(parts[3]) : null;
  if (port === null || port > 0xffff) return null;
  const written = /^\d{1,5}$/.test(word) ? '' : (parts?.[1] ?? parts?.[2] ?? '');
  if (written === '') return { address: null, port };
  const address = word.includes(':') ? parseIp(written) : null;
  return address ? { address, port } : null;
}
