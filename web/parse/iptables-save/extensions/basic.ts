/**
 * The options that need no `-m`: addresses, interfaces, protocol, fragments. Follows iptables(8) "PARAMETERS".
 */
import { PROTOCOLS } from '../../../model/constants.ts';
import { address, interfaceName, protocolNumber } from '../codecs.ts';
import { bitwise, type Codec, familyOption, field, type MatchExtension, option, value } from '../extension.ts';

/** A protocol prints by its name; one that the dump spells by number keeps that spelling. */
const protocol: Codec = {
  arity: 1,
  parse([text = ''], left) {
    const n = protocolNumber(text);
    if (n < 0) return null;
    return { left, right: PROTOCOLS.byNumber.get(n) === text ? value(n) : value(n, text) };
  },
  print({ left, right }) {
    if (left.kind !== 'field' || right.kind !== 'value' || typeof right.value !== 'number') return null;
    return right.spelled ?? PROTOCOLS.byNumber.get(right.value) ?? String(right.value);
  },
};

const FRAGMENT_OFFSET = bitwise('and', field('ip frag-off'), 0x1fff);

/** `-f`: the second and later fragments. nft lists it as `ip frag-off & 0x1fff != 0`. */
const fragment: Codec = {
  arity: 0,
  parse: (_args, _left, { family }) => (family === 'ip' ? { left: FRAGMENT_OFFSET, right: value(0) } : null),
  print: ({ left, right }) =>
    left.kind === 'bitwise' &&
    left.op === 'and' &&
    left.right.kind === 'value' &&
    left.right.value === 0x1fff &&
    right.kind === 'value' &&
    right.value === 0
      ? ''
      : null,
};

export const BASIC: MatchExtension = {
  name: '',
  options: [
    familyOption('-s --source --src', 'ip saddr', 'ip6 saddr', address(true, true)),
    familyOption('-d --destination --dst', 'ip daddr', 'ip6 daddr', address(true, true)),
    option('-i --in-interface', 'meta iifname', interfaceName),
    option('-o --out-interface', 'meta oifname', interfaceName),
    option('-p --protocol --proto', 'meta l4proto', protocol),
    option('-f --fragment --fragments', 'ip frag-off', fragment, { op: '!=' }),
  ],
};
