/** Random small rulesets and packets that meet their rules, for tests: iptables-save and nft, with jumps, marks, connection states and NAT. */
import type { PacketJson } from '../../kernel/packet-fields.ts';

export type Random = () => number;

/** mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

const HOSTS = ['10.0.0.1', '10.0.0.9', '10.96.0.10', '10.244.1.7', '192.168.5.5', '8.8.8.8', '127.0.0.1', '224.0.0.5'];
/** None is a packet's own: whether such an address is the node's is known of that packet alone, and sets ask for it. */
const TARGETS = ['10.0.0.77', '10.244.1.8', '192.168.5.99', '8.8.4.4', '127.0.0.1'];
const NETWORKS = ['10.0.0.0/8', '10.244.0.0/16', '10.96.0.0/12', '192.168.5.0/24', '10.0.0.9/32', '0.0.0.0/0'];
const DEVICES = ['eth0', 'eth1', 'cali12', 'cali99', 'docker0'];
const PATTERNS = ['eth0', 'cali+', 'cali12', 'eth+', 'lo'];
const PORTS = [53, 80, 443, 8080, 30080];
const MARKS = ['0x1/0x1', '0x4000/0x4000', '0x10000/0x30000', '0x2'];

/** Options of iptables behind `-A CHAIN`; `hook` decides which interfaces may be asked for. */
function matches(random: Random, hook: string): string {
  const not = () => (random() < 0.2 ? '! ' : '');
  const all: (() => string)[] = [
    () => `${not()}-s ${pick(random, NETWORKS.slice(0, 5))}`,
    () => `${not()}-d ${pick(random, NETWORKS.slice(0, 5))}`,
    () => `-p tcp -m tcp ${not()}--dport ${pick(random, PORTS)}`,
    () => `-p udp -m udp ${not()}--dport ${pick(random, PORTS)}:${9000 + pick(random, PORTS)}`,
    () => '-p icmp -m icmp --icmp-type 8',
    () => `-m mark ${not()}--mark ${pick(random, MARKS)}`,
    () =>
      `-m conntrack ${not()}--ctstate ${pick(random, ['NEW', 'RELATED,ESTABLISHED', 'INVALID', 'DNAT', 'NEW,DNAT'])}`,
    () => `-m connmark ${not()}--mark ${pick(random, MARKS)}`,
    () => `-m addrtype --dst-type ${pick(random, ['LOCAL', 'MULTICAST'])}`,
    () => '-p tcp -m tcp --tcp-flags SYN,ACK SYN',
    () => '-m statistic --mode random --probability 0.5',
    () => `-m ttl --ttl-lt ${pick(random, [2, 64])}`,
  ];
  if (hook !== 'OUTPUT' && hook !== 'POSTROUTING') all.push(() => `${not()}-i ${pick(random, PATTERNS)}`);
  if (hook !== 'PREROUTING' && hook !== 'INPUT') all.push(() => `${not()}-o ${pick(random, PATTERNS)}`);
  const chosen = new Map<string, string>();
  for (let i = Math.floor(random() * 3); i >= 0; i--) {
    const text = pick(random, all)();
    chosen.set(text.replace('! ', '').slice(0, 2), text);
  }
  return [...chosen.values()].join(' ');
}

function target(random: Random, table: string, hook: string, chains: readonly string[]): string {
  if (chains.length > 0 && random() < 0.35) return `-${random() < 0.8 ? 'j' : 'g'} ${pick(random, chains)}`;
  const mark = pick(random, ['0x1/0x1', '0x4000/0x4000', '0x0/0x4000', '0x10000/0x30000', '0x2/0xffffffff']);
  if (table === 'nat') {
    const address = pick(random, TARGETS);
    if (hook === 'PREROUTING' || hook === 'OUTPUT') {
      return pick(random, [
        `-p tcp -j DNAT --to-destination ${address}:${pick(random, PORTS)}`,
        `-j DNAT --to-destination ${address}`,
        '-j ACCEPT',
        `-p tcp -j REDIRECT --to-ports ${pick(random, PORTS)}`,
        `-j MARK --set-xmark ${mark}`,
      ]);
    }
    if (hook === 'POSTROUTING') return pick(random, ['-j MASQUERADE', `-j SNAT --to-source ${address}`, '-j RETURN']);
    return pick(random, [`-j SNAT --to-source ${address}`, '-j ACCEPT']);
  }
  return pick(random, [
    '-j ACCEPT',
    '-j DROP',
    '-j RETURN',
    `-j MARK --set-xmark ${mark}`,
    `-j CONNMARK --set-xmark ${mark}`,
    '-j CONNMARK --save-mark --nfmask 0xffff --ctmask 0xffff',
    '-j CONNMARK --restore-mark --nfmask 0xffff --ctmask 0xffff',
    ...(table === 'filter' ? ['-j REJECT --reject-with icmp-port-unreachable'] : []),
  ]);
}

const TABLES: Readonly<Record<string, readonly string[]>> = {
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** A random `iptables-save` of two or three tables. `noTtl`: targets that need a chain of one hook stand in base chains only. */
export function randomSave(random: Random): string {
  const lines: string[] = [];
  for (const [table, hooks] of Object.entries(TABLES)) {
    if (table === 'mangle' && random() < 0.4) continue;
    lines.push(`*${table}`);
    for (const hook of hooks) {
      lines.push(`:${hook} ${table === 'filter' && random() < 0.2 ? 'DROP' : 'ACCEPT'} [0:0]`);
    }
    const own = table === 'nat' ? [] : ['A-ONE', 'B-TWO'];
    for (const name of own) lines.push(`:${name} - [0:0]`);
    for (const hook of hooks) {
      for (let i = Math.floor(random() * 4); i > 0; i--) {
        lines.push(`-A ${hook} ${matches(random, hook)} ${target(random, table, hook, own)}`);
      }
    }
    for (const [i, name] of own.entries()) {
      for (let n = Math.floor(random() * 3) + 1; n > 0; n--) {
        lines.push(`-A ${name} ${matches(random, 'NONE')} ${target(random, table, 'NONE', own.slice(i + 1))}`);
      }
    }
    lines.push('COMMIT');
  }
  return `${lines.map((line) => line.replace('-p tcp -m tcp --dport', '-p tcp -m tcp --dport')).join('\n')}\n`;
}

/** A packet that may meet such rules, in the tracer's form. */
export function randomPacket(random: Random): PacketJson {
  const path = pick(random, ['input', 'forward', 'forward', 'output']);
  const proto = pick(random, ['tcp', 'tcp', 'udp', 'icmp']);
  const state = pick(random, ['new', 'new', 'new', 'established', 'invalid']);
  const dst = path === 'input' ? pick(random, HOSTS.slice(0, 5)) : pick(random, HOSTS);
  return {
    path,
    family: 4,
    proto,
    src: pick(random, HOSTS.slice(0, 6)),
    dst,
    ...(path === 'output' ? {} : { iif: pick(random, DEVICES) }),
    oif: path === 'output' && dst === '127.0.0.1' ? 'lo' : pick(random, DEVICES),
    ...(proto === 'icmp'
      ? { icmpType: pick(random, [8, 0, 3]) }
      : { sport: 40000, dport: pick(random, [...PORTS, 9053]) }),
    ...(proto === 'tcp' ? { tcpFlags: pick(random, [2, 16, 18, 4]) } : {}),
    ttl: pick(random, [64, 64, 63, 2]),
    mark: pick(random, [0, 0, 1, 2, 0x4000, 0x10000]),
    ctstate: state,
    ...(state === 'established'
      ? { ctMark: pick(random, [0, 1, 0x4000]), ctDirection: pick(random, ['original', 'reply']) }
      : {}),
  };
}
