/**
 * Fields by their place in a header: nft takes `@th,16,16` and lists it as `tcp dport` where it knows the header. Follows the templates of nftables'
 * src/proto.c and src/tcpopt.c, of which only those count that a place tells without doubt.
 */
import { PROTOCOLS } from './constants.ts';
import { IPV4, IPV6 } from './dependencies.ts';
import { fieldType, LAYOUTS } from './field-types.ts';

/** How many of a layout's fields stand one after the other from the header's start. */
const CONTIGUOUS: ReadonlyMap<string, number> = new Map([
  ['ether', 3],
  ['arp', 5],
  ['ip', 12],
  ['ip6', 8],
  ['icmp', 3],
  ['icmpv6', 3],
  ['igmp', 4],
  ['tcp', 10],
  ['udp', 4],
  ['udplite', 4],
  ['sctp', 4],
  ['dccp', 2],
  ['ah', 5],
  ['esp', 2],
  ['comp', 3],
  ['th', 2],
]);

/** `tcp 16,16` to `tcp dport`. */
const fields = new Map<string, string>();
for (const layout of LAYOUTS) {
  const [header = '', ...names] = layout.split(' ').map((word) => word.replace(/:.*/, ''));
  let offset = 0;
  for (const name of names.slice(0, CONTIGUOUS.get(header) ?? 0)) {
    const { width } = fieldType(`${header} ${name}`);
    fields.set(`${header} ${offset},${width}`, `${header} ${name}`);
    offset += width;
  }
}

const NETWORKS: ReadonlyMap<number | null, string> = new Map([
  [IPV4, 'ip'],
  [IPV6, 'ip6'],
  [0x0806, 'arp'],
]);

const TRANSPORTS: ReadonlyMap<number | null, string> = new Map(
  ['icmp', 'icmpv6', 'igmp', 'tcp', 'udp', 'udplite', 'sctp', 'dccp', 'ah', 'esp', 'comp'].map((header) => [
    PROTOCOLS.byName.get(header) as number,
    header,
  ]),
);

/** `tcp option @8,16,32`: the kind and length of any, and what the known ones hold. */
const OPTION_FIELDS: ReadonlyMap<string, string> = new Map([
  ['maxseg 16,16', 'size'],
  ['window 16,8', 'count'],
  ['timestamp 16,32', 'tsval'],
  ['timestamp 48,32', 'tsecr'],
  ['sack 16,32', 'left'],
  ['sack 48,32', 'right'],
]);

/** The name of `@th,16,16` and its like, given the EtherType and the protocol that the packet has; the same name where there is no other. */
export function namedField(name: string, network: number | null, transport: number | null): string {
  const option = /^tcp option @(\w+),(\d+,\d+)$/.exec(name);
  if (option) return namedOption(option[1] as string, option[2] as string) ?? name;
  const raw = /^@(ll|nh|th),(\d+,\d+)$/.exec(name);
  if (!raw) return name;
  const header =
    raw[1] === 'll' ? 'ether' : raw[1] === 'nh' ? NETWORKS.get(network) : (TRANSPORTS.get(transport) ?? 'th');
  return fields.get(`${header} ${raw[2]}`) ?? fields.get(`${raw[1]} ${raw[2]}`) ?? name;
}

function namedOption(option: string, place: string): string | null {
  const field = place === '0,8' ? 'kind' : place === '8,8' ? 'length' : OPTION_FIELDS.get(`${option} ${place}`);
  return field === undefined ? null : `tcp option ${option} ${field}`;
}
