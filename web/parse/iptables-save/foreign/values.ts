/** Values of ebtables' and arptables' options. Follows libebt_*.c, nft-bridge.c, nft-arp.c of iptables, and netbase's /etc/ethertypes. */
import { parseMac } from '../../../base/address.ts';
import { type Expression, type Field, value } from '../../../model/expression.ts';
import { maskLength } from '../../../model/normal-match.ts';
import type { Match } from '../../../model/statement.ts';
import { parseNumber } from '../codecs.ts';
import { bitwise } from '../extension.ts';

export type Found = Pick<Match, 'left' | 'right'>;

const ETHER_NAMES: ReadonlyMap<string, number> = new Map(
  (
    'ipv4:0800 ip:0800 ip4:0800 x25:0805 arp:0806 ether-arp:0806 fr_arp:0808 bpq:08ff trill:22f3 l2-is-is:22f4 teb:6558 raw_fr:6559 ' +
    'dec:6000 dna_dl:6001 dna_rc:6002 dna_rt:6003 lat:6004 diag:6005 cust:6006 sca:6007 rarp:8035 atalk:809b aarp:80f3 802_1q:8100 ' +
    '8021q:8100 1q:8100 802.1q:8100 dot1q:8100 ipx:8137 netbeui:8191 ipv6:86dd ip6:86dd ppp:880b mpls:8847 mpls_multi:8848 atmmpoa:884c ' +
    'ppp_disc:8863 ppp_ses:8864 atmfate:8884 eapol:888e s-tag:88a8 802_1ad:88a8 eap_preauth:88c7 lldp:88cc macsec:88e5 pbb:88e7 ' +
    'macinmac:88e7 mvrp:88f5 ptp:88f7 fcoe:8906 fip:8914 roce:8915 loop:9000 lowpan:a0ed'
  )
    .split(' ')
    .map((pair) => [pair.slice(0, pair.indexOf(':')), Number.parseInt(pair.slice(pair.indexOf(':') + 1), 16)] as const),
);

/** A name of /etc/ethertypes, or a hexadecimal number with or without `0x`; -1 for neither. */
export function etherType(text: string): number {
  const named = ETHER_NAMES.get(text.toLowerCase());
  return named ?? (/^(?:0x)?[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : -1);
}

const MAC_NAMES: ReadonlyMap<string, string> = new Map([
  ['unicast', '00:00:00:00:00:00/01:00:00:00:00:00'],
  ['multicast', '01:00:00:00:00:00/01:00:00:00:00:00'],
  ['broadcast', 'ff:ff:ff:ff:ff:ff/ff:ff:ff:ff:ff:ff'],
  ['bga', '01:80:c2:00:00:00/ff:ff:ff:ff:ff:ff'],
]);

const ALL = (1n << 48n) - 1n;

/** `MAC[/MASK]` or one of the names; null where it is neither. */
export function macComparison(left: Field, text: string): Found | null {
  const [address = '', mask, ...more] = (MAC_NAMES.get(text.toLowerCase()) ?? text).split('/');
  const mac = looseMac(address);
  const bits = mask === undefined ? ALL : looseMac(mask);
  if (mac === null || bits === null || more.length > 0) return null;
  const kept = mac & bits;
  if (bits === ALL) return { left, right: value(kept) };
  const length = maskLength(bits, 48);
  if (length !== null && length > 0) return { left, right: { kind: 'prefix', address: kept, length, width: 48 } };
  return { left: bitwise('and', left, value(bits)), right: value(kept) };
}

/** Also `0:1:2:3:4:5`, as ether_ntoa() writes it. */
export function looseMac(text: string): bigint | null {
  return parseMac(text.replace(/(?<![0-9a-f])([0-9a-f])(?![0-9a-f])/gi, '0$1'));
}

/** `A`, `A:B`, `:B`, `A:`. */
export function rangeComparison(left: Expression, text: string, max: number): Found | null {
  const [first = '', last, ...more] = text.split(':');
  const from = first === '' && last !== undefined ? 0 : parseNumber(first, max);
  const to = last === undefined ? from : last === '' ? max : parseNumber(last, max);
  if (from < 0 || to < 0 || more.length > 0) return null;
  return { left, right: last === undefined ? value(from) : { kind: 'range', from, to } };
}

/** `V[/M]`, of which `number` reads each. */
export function maskedComparison(
  left: Field,
  text: string,
  all: number,
  number: (text: string) => number,
): Found | null {
  const [first = '', second, ...more] = text.split('/');
  const bits = second === undefined ? all : number(second);
  const wanted = number(first);
  if (bits < 0 || wanted < 0 || more.length > 0) return null;
  if (bits === all) return { left, right: value(wanted) };
  return { left: bitwise('and', left, bits), right: value((wanted & bits) >>> 0) };
}

export const hexNumber = (text: string): number =>
  /^(?:0x)?[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : -1;
