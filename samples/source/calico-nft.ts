/**
 * Calico's nftables mode (3.29 and later): the same chains as in iptables mode, in a table of their own, named after the iptables table
 * that they came from (felix/nftables/table.go, felix/rules/static.go). Dispatch by interface is a verdict map.
 */
import {
  type CalicoNode,
  calicoChains,
  type IpSet,
  ipSetName,
  ruleHashes,
  selectorsOf,
  workloadInterface,
} from './calico.ts';
import type { SaveFile, SaveRule } from './save-file.ts';

const bits = (hex: string): string => `0x${Number(hex).toString(16).padStart(8, '0')}`;
const inverse = (hex: string): string => `0x${(~Number(hex) >>> 0).toString(16)}`;
const setName = (name: string): string => name.replace(':', '-');

const MATCHES: readonly (readonly [RegExp, (...groups: string[]) => string])[] = [
  [
    /-m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL/,
    () => 'fib saddr . oif type != local fib saddr type local',
  ],
  [/-m addrtype --(dst|src)-type LOCAL/, (way) => `fib ${way === 'dst' ? 'd' : 's'}addr type local`],
  [/-m conntrack --ctstate RELATED,ESTABLISHED/, () => 'ct state established,related'],
  [/-m conntrack --ctstate INVALID/, () => 'ct state invalid'],
  [/-m conntrack --ctstate DNAT/, () => 'ct status dnat'],
  [/-m conntrack ! --ctstate DNAT/, () => 'ct status != dnat'],
  [/-m mark --mark 0\/(\S+)/, (mask) => `meta mark & ${bits(mask)} == 0x00000000`],
  [/-m mark --mark \S+\/(\S+)/, (mask) => `meta mark & ${bits(mask)} == ${bits(mask)}`],
  [/--in-interface (\S+?)\+(?= |$)/, (name) => `iifname "${name}*"`],
  [/--out-interface (\S+?)\+(?= |$)/, (name) => `oifname "${name}*"`],
  [/--out-interface (\S+)/, (name) => `oifname "${name}"`],
  [/-p (?:17|udp) (?:-m multiport )?--(?:destination-ports|dport) 4789/, () => 'udp dport 4789'],
  [
    /-p (tcp|udp) (.*)-m multiport --destination-ports (\S+)/,
    (protocol, middle, ports) => `${middle}${protocol} dport ${portSet(ports)}`,
  ],
  [/-p 4(?= |$)/, () => 'meta l4proto 4'],
  [/--source (\S+)/, (net) => `ip saddr ${net}`],
  [/--destination (\S+)/, (net) => `ip daddr ${net}`],
  [/-m set --match-set (\S+) (src|dst)/, (name, way) => `ip ${way === 'src' ? 's' : 'd'}addr @${setName(name)}`],
  [/-m set ! --match-set (\S+) (src|dst)/, (name, way) => `ip ${way === 'src' ? 's' : 'd'}addr != @${setName(name)}`],
  [/-m rpfilter --invert --validmark/, () => 'fib saddr . mark . iif oif missing'],
];

function portSet(ports: string): string {
  return ports.includes(',') ? `{ ${ports.split(',').join(', ')} }` : ports;
}

function action(text: string, table: string): string {
  const mark = /--jump MARK --set-mark (\S+)\/(\S+)/.exec(text);
  if (mark) {
    return mark[1] === '0'
      ? `meta mark set meta mark & ${inverse(mark[2] as string)}`
      : `meta mark set meta mark | ${bits(mark[1] as string)}`;
  }
  const [, verb = '', target = ''] = /--(jump|goto) (\S+)/.exec(text) ?? [];
  if (target === 'MASQUERADE') return 'masquerade fully-random';
  if (target === 'NOTRACK') return 'notrack';
  if (/^[A-Z]*$/.test(target)) return target.toLowerCase();
  return `${verb} ${table}-${target}`;
}

interface Translated {
  readonly match: string;
  readonly action: string;
  readonly comments: readonly string[];
  readonly packets: number;
}

function translate(rule: SaveRule, table: string): Translated {
  const comments = [...rule.text.matchAll(/--comment "([^"]*)"/g)]
    .map(([, text]) => text as string)
    .filter((text) => !text.startsWith('cali:'));
  let match = rule.text
    .replace(/-m comment --comment "[^"]*" ?/g, '')
    .replace(/--(jump|goto) .*/, '')
    .trim();
  for (const [pattern, to] of MATCHES)
    match = match.replace(pattern, (_whole, ...groups) => to(...(groups as string[])));
  return { match, action: action(rule.text.replace(/--comment "[^"]*"/g, ''), table), comments, packets: rule.packets };
}

function chainText(name: string, head: readonly string[], rules: readonly Translated[]): string {
  const hashes = ruleHashes(
    name,
    rules.map((rule) => `${rule.match} ${rule.action}`),
  );
  const lines = rules.map((rule, index) => {
    const counter = `counter packets ${rule.packets} bytes ${rule.packets * (name.startsWith('nat') ? 60 : 640)}`;
    const comment = `comment "${[`cali:${hashes[index]};`, ...rule.comments].join(' ')}"`;
    return [rule.match, counter, rule.action, comment].filter((part) => part !== '').join(' ');
  });
  return `\tchain ${name} {\n${[...head, ...lines].map((line) => `\t\t${line}\n`).join('')}\t}\n`;
}

const BASE: readonly (readonly [string, string, string, string, string])[] = [
  ['mangle', 'PREROUTING', 'filter', 'prerouting', '-150'],
  ['mangle', 'FORWARD', 'filter', 'forward', '-150'],
  ['mangle', 'POSTROUTING', 'filter', 'postrouting', '-150'],
  ['raw', 'OUTPUT', 'filter', 'output', '-300'],
  ['filter', 'FORWARD', 'filter', 'forward', '0'],
  ['nat', 'PREROUTING', 'nat', 'prerouting', '-100'],
  ['nat', 'POSTROUTING', 'nat', 'postrouting', '110'],
  ['mangle', 'INPUT', 'filter', 'input', '-150'],
  ['mangle', 'OUTPUT', 'route', 'output', '-150'],
  ['raw', 'PREROUTING', 'filter', 'prerouting', '-300'],
  ['filter', 'INPUT', 'filter', 'input', '0'],
  ['filter', 'OUTPUT', 'filter', 'output', '0'],
  ['nat', 'INPUT', 'nat', 'input', '-100'],
  ['nat', 'OUTPUT', 'nat', 'output', '110'],
];

/** A script for `nft -f`. `file` holds the node's Calico alone (writeCalico), with its counters. */
export function calicoNft(file: SaveFile, node: CalicoNode): string {
  const out: string[] = ['table ip calico {\n'];
  const set = (name: string, members: readonly string[], flags: string) => {
    const elements = members.length > 0 ? `\t\telements = { ${members.join(', ')} }\n` : '';
    out.push(`\tset ${setName(name)} {\n\t\ttype ipv4_addr\n${flags}${elements}\t}\n`);
  };
  const interval = '\t\tflags interval\n';
  set('cali40this-host', node.hostIps, '');
  set('cali40all-ipam-pools', [node.podCidr], interval);
  set('cali40masq-ipam-pools', [node.podCidr], interval);
  set('cali40all-vxlan-net', node.vxlanPeers, interval);
  for (const selected of selectorsOf(node) as readonly IpSet[]) set(ipSetName(selected), selected.members, interval);
  for (const [way, kind] of [
    ['from', 'fw'],
    ['to', 'tw'],
  ] as const) {
    const elements = node.workloads.map((workload) => {
      const name = workloadInterface(workload);
      return `"${name}" : goto filter-cali-${kind}-${name}`;
    });
    out.push(
      `\tmap filter-cali-${way}-wl-dispatch {\n\t\ttype ifname : verdict\n\t\telements = { ${elements.join(', ')} }\n\t}\n`,
    );
  }
  for (const [table, chain, type, hook, priority] of BASE) {
    const rules = file.tables.get(table as 'raw')?.get(chain)?.rules ?? [];
    out.push(
      chainText(
        `${table}-${chain}`,
        [`type ${type} hook ${hook} priority ${priority}; policy accept;`],
        rules.map((rule) => translate(rule, table)),
      ),
    );
  }
  for (const { table, name } of calicoChains(node)) {
    if (/dispatch-./.test(name)) continue;
    const rules = (file.tables.get(table)?.get(name)?.rules ?? []).map((rule) => translate(rule, table));
    if (!name.endsWith('wl-dispatch')) {
      out.push(chainText(`${table}-${name}`, [], rules));
      continue;
    }
    const key = name.includes('from') ? 'iifname' : 'oifname';
    const vmap = `${key} vmap @${table}-${name} comment "cali:${ruleHashes(`${table}-${name}`, [key])[0]};"`;
    out.push(chainText(`${table}-${name}`, [vmap], rules.slice(-1)));
  }
  out.push('}\n');
  return out.join('');
}
