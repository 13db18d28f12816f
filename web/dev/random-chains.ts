/**
 * Random chains that could be tables: rules that compare the same few fields with constants, with others between them that could not. Values are drawn
 * from so few that they meet, overlap and repeat. For the conversion to sets and maps (web/cost), tried with packets and on the kernel.
 */
import { generator, pick, type Random } from './draw.ts';

export interface RandomChain {
  /** A whole ruleset for nft, with the chain `c` in table `ip t` (or `inet t`), called by the forward hook. */
  readonly text: string;
  readonly packets: readonly Readonly<Record<string, string | number>>[];
}

const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.1.1', '10.0.1.2', '10.1.0.1', '192.0.2.1'];
const PREFIXES = ['10.0.0.0/24', '10.0.1.0/24', '10.0.0.0/16', '10.0.0.0/31', '10.1.0.0/16'];
const ADDRESSES6 = ['2001:db8::1', '2001:db8::2', '2001:db8:1::1', 'fd00::1'];
const PREFIXES6 = ['2001:db8::/64', '2001:db8::/32', 'fd00::/8', '2001:db8:1::/48'];
const PORTS = [53, 80, 81, 443, 8080];
const PORT_RANGES = ['80-90', '50-60', '8000-8100', '440-450'];
const NAMES = ['eth0', 'eth1', 'cali1', 'cali12', 'cali2'];
const STEMS = ['cali*', 'cali1*', 'eth*'];
const MARKS = ['0x1', '0x2', '0x3'];
const JUMPS = ['jump back', 'jump marks', 'jump some', 'goto back', 'goto marks'];
const FINAL = ['accept', 'drop', 'return', 'reject'];
const GUARDS = ['ct state new', 'meta mark & 0x4 == 0x4', 'ip saddr != 10.0.0.0/24', 'ip saddr @some', 'tcp flags syn'];
const ODD = [
  'counter',
  'meta mark set meta mark | 0x4',
  'limit rate 5/second accept',
  'ip saddr 10.0.0.1 meta mark set 0x2',
  'ip ttl < 5 drop',
  'numgen random mod 2 == 0 jump back',
  'ip daddr 10.0.0.0/8 log prefix "x"',
];

/** The same seed gives the same chain. */
export function randomChain(seed: number): RandomChain {
  const random = generator(seed);
  const family = random() < 0.7 ? 'ip' : 'inet';
  const shapes = Array.from({ length: 1 + Math.floor(random() * 3) }, () => shape(random, family));
  const tails = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
    pick(random, random() < 0.5 ? FINAL : JUMPS),
  );
  const rules = Array.from({ length: 4 + Math.floor(random() * 16) }, () =>
    random() < 0.1
      ? pick(random, ODD)
      : `${pick(random, shapes)(random)} ${random() < 0.3 ? 'counter ' : ''}${pick(random, tails)}`,
  );
  // Rules of the hook's own chain show where the packet went on, and with which mark.
  const text = `table ${family} t {
	set some {
		type ipv4_addr
		elements = { 10.0.0.1, 10.0.1.1 }
	}

	chain back {
		ip ttl 9 drop
	}

	chain marks {
		meta mark set 0x3
	}

	chain some {
		tcp dport 80 accept
		udp dport 53 return
		ip daddr 10.0.0.1 drop
	}

	chain c {
${rules.map((rule) => `\t\t${rule}\n`).join('')}	}

	chain forward {
		type filter hook forward priority filter; policy accept;
		jump c
		meta mark 0x3 drop
	}
}
`;
  return { text, packets: Array.from({ length: 24 }, () => packet(random, family)) };
}

/** Draws the values of one shape: the fields and guards are drawn once. */
function shape(random: Random, family: string): (random: Random) => string {
  const parts: ((random: Random) => string)[] = [];
  if (family === 'inet' && random() < 0.3) {
    const side = pick(random, ['saddr', 'daddr']);
    parts.push((draw) => `ip6 ${side} ${list(draw, draw() < 0.3 ? PREFIXES6 : ADDRESSES6)}`);
  } else if (random() < 0.6) {
    const side = pick(random, ['saddr', 'daddr']);
    const wide = random() < 0.4;
    parts.push((draw) => `ip ${side} ${list(draw, wide && draw() < 0.5 ? PREFIXES : ADDRESSES)}`);
  }
  if (random() < 0.5) {
    const wide = random() < 0.3;
    const protocols = random() < 0.5 ? ['tcp'] : ['tcp', 'udp'];
    parts.push((draw) => `${pick(draw, protocols)} dport ${list(draw, wide && draw() < 0.5 ? PORT_RANGES : PORTS)}`);
  }
  if (random() < 0.25) {
    const wide = random() < 0.4;
    parts.push((draw) => `iifname "${pick(draw, wide && draw() < 0.4 ? STEMS : NAMES)}"`);
  }
  if (random() < 0.15 || parts.length === 0) parts.push((draw) => `meta mark ${pick(draw, MARKS)}`);
  if (random() < 0.2) {
    const guard = pick(random, GUARDS);
    parts.unshift(() => guard);
  }
  return (draw) => parts.map((part) => part(draw)).join(' ');
}

function list(random: Random, values: readonly (string | number)[]): string {
  if (random() < 0.85) return String(pick(random, values));
  const drawn = new Set([pick(random, values), pick(random, values)]);
  // nft refuses intervals that overlap.
  const text = [...drawn].join(', ');
  return /[/-]/.test(text) ? String([...drawn][0]) : `{ ${text} }`;
}

function packet(random: Random, family: string): Readonly<Record<string, string | number>> {
  const addresses = family === 'inet' && random() < 0.4 ? ADDRESSES6 : ADDRESSES;
  return {
    path: 'forward',
    src: pick(random, addresses),
    dst: pick(random, addresses),
    proto: pick(random, ['tcp', 'udp']),
    sport: 40000,
    dport: pick(random, [...PORTS, 85, 445]),
    iif: pick(random, NAMES),
    oif: 'eth9',
    mark: pick(random, ['0', '1', '2', '3', '4', '5']),
    ttl: pick(random, [9, 64]),
  };
}
