/**
 * Random rulesets and packets for compare-kernel.ts, as requests for oracle-batch.py: what this project's model claims to know and a ruleset of a real node
 * seldom has all at once. The same seed gives the same requests.
 */
import { generator, pick, type Random } from './draw.ts';
import {
  draw,
  ipsetsOf,
  NFT_DNAT,
  NFT_ENDS,
  NFT_MATCHES,
  NFT_REJECTS,
  NFT_SETS,
  NFT_SNAT,
  NFT_STATEMENTS,
  type Version,
  XT_MATCHES,
  XT_MATCHES_BY_VERSION,
  XT_TARGETS,
} from './trace-grammar.ts';

export interface TraceRequest {
  readonly name: string;
  readonly rulesets: readonly { readonly format: string; readonly text: string }[];
  readonly ipset?: string;
  readonly packets: readonly Readonly<Record<string, unknown>>[];
}

export const KINDS = ['nft', 'iptables-nft', 'iptables-legacy', 'mixed', 'bridge', 'netdev'] as const;
export type Kind = (typeof KINDS)[number];

/** So many requests of a kind; about three packets each, half of them IPv6. */
export function* randomTraces(kind: Kind, seed: number, count: number): Generator<TraceRequest> {
  const random = generator(seed * 1_000_003 + KINDS.indexOf(kind));
  for (let i = 0; i < count; i++) yield request(kind, `${kind}-${seed}-${i}`, random);
}

function request(kind: Kind, name: string, random: Random): TraceRequest {
  const version: Version = random() < 0.5 ? 4 : 6;
  switch (kind) {
    case 'nft':
      return nftRequest(name, version, random);
    case 'mixed': {
      const nft = nftRequest(name, version, random);
      const { rulesets, ...rest } = xtRequest(name, random() < 0.7 ? 'legacy' : 'nft', version, random);
      const both = random() < 0.5 ? [...nft.rulesets, ...rulesets] : [...rulesets, ...nft.rulesets];
      return { ...rest, rulesets: both, packets: nft.packets.slice(0, rest.packets.length) };
    }
    case 'bridge':
      return bridgeRequest(name, version, random);
    case 'netdev':
      return netdevRequest(name, version, random);
    default:
      return xtRequest(name, kind === 'iptables-legacy' ? 'legacy' : 'nft', version, random);
  }
}

// nft --------------------------------------------------------------------------------------------------------------------------

const FILTER_HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const;
const PRIORITIES = [-300, -200, -150, -101, -50, 0, 0, 5, 50, 150, 225] as const;

function nftRequest(name: string, version: Version, random: Random): TraceRequest {
  const own = version === 4 ? 'ip' : 'ip6';
  const tables = Array.from({ length: random() < 0.4 ? 2 : 1 }, (_, i) =>
    nftTable(random() < 0.4 ? 'inet' : own, `t${i}`, version, random),
  );
  const text = tables.join('');
  return { name, rulesets: [{ format: 'nft', text }], packets: packets(text.includes('@dyn'), version, random) };
}

function nftTable(family: string, name: string, version: Version, random: Random): string {
  const blocks: string[] = [];
  const base = random() < 0.4 ? natChains(family, version, random) : [];
  while (base.length < 2 || (base.length < 4 && random() < 0.5)) {
    const hook = pick(random, FILTER_HOOKS);
    const head = `type filter hook ${hook} priority ${pick(random, PRIORITIES)}; policy ${random() < 0.15 ? 'drop' : 'accept'};`;
    base.push(chain(`b${base.length}`, nftRules(hook, 3, true, family, version, random), head));
  }
  for (const user of ['c3', 'c2', 'c1']) {
    // A chain jumps only to those that stand before it: no loops.
    const below = user === 'c3' ? [] : user === 'c2' ? ['c3'] : ['c2', 'c3'];
    blocks.push(chain(user, nftRules('', 2, below, family, version, random), ''));
  }
  const sets = draw(NFT_SETS, version, random);
  const dynamic = draw(
    String.raw`set dyn \{ type {type}; size 64; flags dynamic; elements = \{ {first} \} \}`,
    version,
    random,
  );
  return `table ${family} ${name} {\n ${sets}\n ${dynamic}\n${blocks.join('')}${base.join('')}}\n`;
}

export function chain(name: string, rules: readonly string[], head: string): string {
  return ` chain ${name} {\n${head === '' ? '' : `  ${head}\n`}${rules.map((rule) => `  ${rule}\n`).join('')} }\n`;
}

function natChains(family: string, version: Version, random: Random): string[] {
  const { head, rules } = natChain(family, version, random);
  return [chain('nat', rules, head)];
}

export function natChain(family: string, version: Version, random: Random): { head: string; rules: string[] } {
  const hook = pick(random, ['prerouting', 'output', 'postrouting', 'input']);
  const source = hook === 'postrouting' || hook === 'input';
  const head = `type nat hook ${hook} priority ${source ? 100 : -100}; policy accept;`;
  const ends = source ? NFT_SNAT.filter((end) => hook === 'postrouting' || !/masq/.test(end)) : NFT_DNAT;
  const rules = [
    nftRule([pick(random, ends)], family, version, random, 1),
    ...nftRules(hook, 1, false, family, version, random),
    nftRule([pick(random, ends)], family, version, random, 2),
  ];
  return { head, rules };
}

export function nftRules(
  hook: string,
  most: number,
  jumps: boolean | readonly string[],
  family: string,
  version: Version,
  random: Random,
): string[] {
  const count = 1 + Math.floor(random() * most);
  return Array.from({ length: count }, () => {
    const parts: string[] = [];
    const statement = pick(random, NFT_STATEMENTS);
    if (random() < 0.6 && (family !== 'inet' || !statement.startsWith('dup'))) parts.push(statement);
    if (random() < 0.7) parts.push(pick(random, nftEnds(hook, jumps, family)));
    return nftRule(parts, family, version, random, Math.floor(random() * 3));
  });
}

function nftEnds(hook: string, jumps: boolean | readonly string[], family: string): readonly string[] {
  const rejects =
    hook === 'input' || hook === 'forward' || hook === 'output'
      ? NFT_REJECTS.filter((end) => family === 'inet' || !end.includes('icmpx'))
      : [];
  if (jumps === true) return [...NFT_ENDS, ...rejects];
  const allowed = jumps === false ? [] : jumps;
  return NFT_ENDS.filter((end) => {
    if (/vmap @/.test(end)) return false;
    return [...end.matchAll(/\bc[123]\b/g)].every(([target]) => allowed.includes(target));
  });
}

function nftRule(parts: readonly string[], family: string, version: Version, random: Random, matches: number): string {
  const allowed = family === 'inet' ? NFT_MATCHES : NFT_MATCHES.filter((match) => !match.startsWith('meta nfproto'));
  const before: string[] = [];
  for (let i = 0; i < matches; i++) {
    const match = pick(random, allowed);
    // Two that ask for a protocol might contradict each other, which nft refuses.
    if (![...before, ...parts].some((other) => isAboutProtocol(other)) || !isAboutProtocol(match)) before.push(match);
  }
  const text = [...before, ...parts].map((template) => draw(template, version, random));
  const rule = text.join(' ') || 'counter';
  // In an inet table a translation names its family where nothing else does.
  return family === 'inet' ? rule.replace(/\b(dnat|snat) to (?!:)/, `$1 ${version === 4 ? 'ip' : 'ip6'} to `) : rule;
}

function isAboutProtocol(template: string): boolean {
  return /tcp|udp|sctp|icmp|l4proto|th dport|th sport|@th/.test(template);
}

// iptables -----------------------------------------------------------------------------------------------------------------------

export const XT_TABLES = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
} as const;

function xtRequest(name: string, engine: 'nft' | 'legacy', version: Version, random: Random): TraceRequest {
  const tool = version === 4 ? 'iptables' : 'ip6tables';
  const tables = (Object.keys(XT_TABLES) as (keyof typeof XT_TABLES)[]).filter(() => random() < 0.5);
  const text = (tables.length > 0 ? tables : ['filter' as const])
    .map((table) => xtTable(table, version, random))
    .join('');
  return {
    name,
    rulesets: [{ format: `${tool}-${engine}`, text }],
    ipset: ipsetsOf(version, random),
    packets: packets(text.includes('dynset'), version, random),
  };
}

function xtTable(table: keyof typeof XT_TABLES, version: Version, random: Random): string {
  const lines = [`*${table}`];
  for (const name of XT_TABLES[table]) {
    lines.push(`:${name} ${table === 'filter' && random() < 0.15 ? 'DROP' : 'ACCEPT'} [0:0]`);
  }
  lines.push(':c1 - [0:0]', ':c2 - [0:0]', ':c3 - [0:0]');
  for (const name of XT_TABLES[table]) lines.push(...xtRules(table, name, [1, 2, 3], version, random));
  lines.push(...xtRules(table, 'c1', [2, 3], version, random), ...xtRules(table, 'c2', [3], version, random));
  lines.push(...xtRules(table, 'c3', [], version, random), 'COMMIT', '');
  return lines.join('\n');
}

export function xtRules(
  table: keyof typeof XT_TABLES,
  name: string,
  jumps: readonly number[],
  version: Version,
  random: Random,
): string[] {
  const user = name.startsWith('c');
  const own =
    table !== 'nat'
      ? (XT_TARGETS[table] ?? [])
      : user
        ? []
        : (XT_TARGETS[name === 'PREROUTING' || name === 'OUTPUT' ? 'dnat' : 'snat'] ?? []).filter(
            (target) => name !== 'INPUT' || !target.includes('MASQUERADE'),
          );
  const any = (XT_TARGETS['any'] ?? []).filter((target) => {
    if (table === 'nat' && target.includes('DROP')) return false;
    const to = /\bc([123])$/.exec(target);
    return !to || jumps.includes(Number(to[1]));
  });
  const matches = [...XT_MATCHES, ...XT_MATCHES_BY_VERSION[version]].filter((match) => {
    if (/-o /.test(match)) return name !== 'PREROUTING' && name !== 'INPUT';
    return !/-i /.test(match) || (name !== 'OUTPUT' && name !== 'POSTROUTING');
  });
  return Array.from({ length: Math.floor(random() * 4) }, () => {
    const target = draw(pick(random, own.length > 0 && random() < 0.5 ? own : any), version, random);
    const parts: string[] = [];
    for (let i = Math.floor(random() * 3); i > 0; i--) parts.push(draw(pick(random, matches), version, random));
    return `-A ${name} ${onceEach([...parts, target === '-j' ? '' : target])}`.trim();
  });
}

/** `-p tcp` of two matches stands once, and first. A rule with two different ones is not taken, and does no harm. */
function onceEach(parts: readonly string[]): string {
  const seen = new Set<string>();
  const first: string[] = [];
  const rest: string[] = [];
  for (const part of parts) {
    const basic = /^(! )?-[sdiop] \S+/.exec(part)?.[0] ?? '';
    const flag = basic.replace('! ', '').slice(0, 2);
    const behind = part.slice(basic.length);
    if (basic !== '' && !seen.has(flag)) first.push(basic);
    else if (basic !== '' && (!first.includes(basic) || flag !== '-p')) continue;
    seen.add(flag);
    rest.push(behind);
  }
  return [...first, ...rest].join(' ').replace(/ +/g, ' ');
}

// Bridges and devices ----------------------------------------------------------------------------------------------------------

function bridgeRequest(name: string, version: Version, random: Random): TraceRequest {
  const own = version === 4 ? 'ip' : 'ip6';
  const matches = NFT_MATCHES.filter((match) => !/^(ct|fib|meta skuid|iif |\{iif)/.test(match));
  const rules = (jump: string) =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
      [
        ...Array.from({ length: Math.floor(random() * 2) }, () => draw(pick(random, matches), version, random)),
        pick(random, ['counter', 'meta mark set 0x5 counter', 'accept', 'drop', jump, 'ether type ip counter']),
      ].join(' '),
    );
  const blocks = [chain('c1', rules('return'), '')];
  for (const hook of ['prerouting', 'forward', 'postrouting']) {
    if (random() < 0.3) continue;
    const head = `type filter hook ${hook} priority ${pick(random, [-300, -5, 0, 5, 300])}; policy accept;`;
    blocks.push(chain(`b_${hook}`, rules('jump c1'), head));
  }
  const sets = draw(NFT_SETS, version, random).replace(/\n map byport[\s\S]*?(?=\n map newdst)/, '');
  const bridge = `table bridge b {\n ${sets}\n${blocks.join('')}}\n`;
  const l3 = random() < 0.6 ? nftTable(own, 't', version, random) : '';
  const calls = random() < 0.6 ? 1 : 0;
  const sysctls = { 'net.bridge.bridge-nf-call-iptables': calls, 'net.bridge.bridge-nf-call-ip6tables': calls };
  return {
    name,
    rulesets: [{ format: 'nft', text: bridge + l3 }],
    packets: [1].map(() => ({
      ...addresses(version, random),
      ...transport(version, random),
      path: 'bridge',
      iif: 'veth0',
      oif: 'veth1',
      bridge: 'br0',
      smac: '02:00:00:00:01:02',
      dmac: '02:00:00:ff:ff:01',
      sysctls,
    })),
  };
}

function netdevRequest(name: string, version: Version, random: Random): TraceRequest {
  const matches = NFT_MATCHES.filter((match) => !/^(ct|fib|meta skuid|oif|\{iif|meta mark\[ !=\] @)/.test(match));
  const rules = () =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
      [
        ...Array.from({ length: Math.floor(random() * 2) }, () => draw(pick(random, matches), version, random)),
        draw(
          pick(random, ['counter', 'meta mark set {bits}', 'accept', 'drop', 'jump c1', '{hops} set 9']),
          version,
          random,
        ),
      ].join(' '),
    );
  const blocks = [chain('c1', ['counter', 'return'], '')];
  const base = (hook: string, device: string, priority: number) =>
    blocks.push(
      chain(
        `${hook}${blocks.length}`,
        rules(),
        `type filter hook ${hook} device "${device}" priority ${priority}; policy accept;`,
      ),
    );
  base('ingress', 'eth0', 0);
  if (random() < 0.5) base('ingress', 'eth0', -5);
  if (random() < 0.7) base('egress', 'eth1', 0);
  const sets = draw(NFT_SETS, version, random).replace(/\n map byport[\s\S]*?(?=\n map newdst)/, '');
  const netdev = `table netdev n {\n ${sets}\n${blocks.join('')}}\n`;
  const l3 = random() < 0.6 ? nftTable('inet', 't', version, random) : '';
  // The oracle marks a packet in prerouting, behind ingress.
  const list = packets(l3.includes('@dyn'), version, random).map(({ mark: _mark, ...rest }) => ({
    smac: '02:00:00:00:01:02',
    ...rest,
  }));
  return { name, rulesets: [{ format: 'nft', text: netdev + l3 }], packets: list };
}

// Packets ------------------------------------------------------------------------------------------------------------------------

export function packets(remembers: boolean, version: Version, random: Random) {
  // What a packet writes to a set would be there for the next one.
  return Array.from({ length: remembers ? 1 : 3 }, () => packet(version, random));
}

const SOURCES = {
  4: ['10.0.0.1', '10.0.0.9', '10.0.0.77', '172.16.5.5'],
  6: ['2001:db8::1', '2001:db8::9', '2001:db8::77', 'fd00::5'],
};
const TARGETS = {
  4: ['10.0.1.1', '10.0.1.9', '10.0.1.7', '10.9.9.9'],
  6: ['2001:db8:1::1', '2001:db8:1::9', '2001:db8:1::7', '2001:db8:9::9'],
};

function addresses(version: Version, random: Random) {
  return { src: pick(random, SOURCES[version]), dst: pick(random, TARGETS[version]), family: version };
}

function transport(version: Version, random: Random): Record<string, unknown> {
  const icmp = version === 4 ? 'icmp' : 'icmpv6';
  const proto = pick(random, ['tcp', 'tcp', 'tcp', 'udp', 'udp', icmp, 'sctp']);
  const ports =
    proto === icmp
      ? {}
      : { sport: pick(random, [40000, 1024, 500, 80]), dport: pick(random, [80, 80, 443, 53, 22, 8080, 85, 2000]) };
  return { proto, ...ports };
}

function packet(version: Version, random: Random): Record<string, unknown> {
  const path = pick(random, ['forward', 'forward', 'input', 'output']);
  const made: Record<string, unknown> = { ...addresses(version, random), ...transport(version, random), path };
  if (path !== 'output') made['iif'] = pick(random, ['eth0', 'eth0', 'veth7', 'cali1']);
  if (path !== 'input') made['oif'] = 'eth1';
  if (path === 'output') Object.assign(made, { uid: pick(random, [0, 1000]) });
  if (random() < 0.4) made['mark'] = pick(random, [1, 5, 0x10, 0x4000, 0xabc]);
  if (random() < 0.2) made['ttl'] = pick(random, [2, 63, 100]);
  if (random() < 0.2 && made['proto'] === 'udp') made['payloadLen'] = pick(random, [1, 30, 200]);
  const state = random();
  if (state < 0.25) Object.assign(made, established(made, random));
  // The checksum that makes a packet invalid is not looked at in packets of the node itself.
  else if (state < 0.32 && made['path'] !== 'output') made['ctstate'] = 'invalid';
  return made;
}

function established({ proto }: Record<string, unknown>, random: Random) {
  const echo = String(proto).startsWith('icmp');
  if (random() < 0.35 && !echo) return { ctstate: 'established', ctDirection: 'reply', ctSetup: 'insert' };
  const through = random() < 0.6;
  return { ctstate: 'established', ctSetup: through ? 'through' : 'insert', ...(through ? {} : { ctMark: 5 }) };
}
