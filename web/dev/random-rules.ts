/** Random rules of iptables from a grammar of options, for test-kernel.ts. The same seed gives the same rules. */

export interface RandomDump {
  readonly name: string;
  readonly tool: 'iptables' | 'ip6tables';
  readonly text: string;
}

type Draw = <Item>(items: readonly Item[]) => Item;

/** mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ADDRESSES = [
  '10.0.0.0/8',
  '192.0.2.1',
  '172.16.0.0/12',
  '10.1.2.3/255.0.255.0',
  '0.0.0.0/0',
  '198.51.100.128/25',
];
const ADDRESSES6 = ['2001:db8::/32', 'fe80::1', '::/0', '2001:db8::1/ffff::ffff'];
const PORTS = ['80', '1:1024', '0:65535', '65535', '8080:8083'];
const INTERFACES = ['eth0', 'cali+', 'a+', 'lo', 'veth-1.2', '+'];
const STATES = ['NEW', 'RELATED,ESTABLISHED', 'INVALID', 'NEW,UNTRACKED', 'DNAT', 'SNAT,DNAT'];
const MARKS = ['0x1', '0x1/0xff', '0x0/0x4000', '0xffffffff', '0x80000000/0x80000000'];

function optionsOf(draw: Draw, six: boolean): string[] {
  const addresses = six ? ADDRESSES6 : ADDRESSES;
  const not = draw(['', '', '! ']);
  const protocol = draw(['tcp', 'udp', 'sctp', 'udplite']);
  const range = six ? '2001:db8::1-2001:db8::ff' : '10.0.0.1-10.0.0.9';
  return [
    `${not}-s ${draw(addresses)}`,
    `${not}-d ${draw(addresses)}`,
    `${not}-i ${draw(INTERFACES)}`,
    `-p ${protocol} -m ${protocol} ${not}--dport ${draw(PORTS)}`,
    `-p ${protocol} -m ${protocol} --sport ${draw(PORTS)} ${not}--dport ${draw(PORTS)}`,
    `-p tcp -m tcp ${not}--tcp-flags ${draw(['SYN,ACK SYN', 'FIN,SYN,RST,ACK SYN', 'ALL NONE', 'ALL ALL', 'RST RST'])}`,
    `-p ${draw(['tcp', 'udp'])} -m multiport ${not}${draw(['--dports', '--sports'])} ${draw(['80', '80,443', '1:10,22,8080:8083'])}`,
    `${not}-p ${draw(['tcp', 'icmp', '47', 'esp', '200'])}`,
    `-m mark ${not}--mark ${draw(MARKS)}`,
    `-m connmark ${not}--mark ${draw(MARKS)}`,
    `-m conntrack ${not}--ctstate ${draw(STATES)}`,
    `-m conntrack ${draw(['--ctdir ORIGINAL', '--ctproto 6', '--ctstatus ASSURED', '--ctexpire 5:10', '--ctorigdstport 80'])}`,
    `-m iprange ${not}--src-range ${range}`,
    `-m addrtype ${not}--dst-type ${draw(['LOCAL', 'UNICAST,BROADCAST'])}`,
    `-m limit --limit ${draw(['5/sec', '10/min', '3/hour', '100/day'])} --limit-burst ${draw(['5', '10'])}`,
    `-m pkttype ${not}--pkt-type ${draw(['unicast', 'broadcast', 'multicast'])}`,
    `-m length ${not}--length ${draw(['0:65535', '100', '100:200'])}`,
    `-m comment --comment ${draw(['x', '"two words"', `"it's"`])}`,
    `-m statistic --mode random ${not}--probability ${draw(['0.5', '0.33332999982', '1'])}`,
    `-m tos ${not}--tos ${draw(['0x10/0x3f', '0x04/0xff'])}`,
    `-m dscp ${not}--dscp ${draw(['0x00', '0x2e'])}`,
    six ? `-m hl --hl-${draw(['eq', 'lt', 'gt'])} 5` : `-m ttl --ttl-${draw(['eq', 'lt', 'gt'])} 5`,
    six ? '-p ipv6-icmp -m icmp6 --icmpv6-type 128' : '-p icmp -m icmp --icmp-type 3/1',
    `-m time --timestart 09:00 --timestop ${draw(['18:00', '06:00'])}`,
    `-m socket ${draw(['', '--transparent'])}`,
    `-m recent --name r ${draw(['--set', '--rcheck --seconds 5'])}`,
    `-m hashlimit --hashlimit-upto 5/sec --hashlimit-mode srcip --hashlimit-name h`,
    `-m connlimit --connlimit-above 5 --connlimit-mask ${draw(['0', '24'])}`,
    `-m policy --dir in --pol ${draw(['ipsec', 'none'])}`,
    `-m rpfilter ${draw(['', '--loose', '--invert'])}`,
  ];
}

const TARGETS: readonly (readonly [table: string, chain: string, targets: readonly string[]])[] = [
  [
    'filter',
    'INPUT',
    [
      '',
      '-j ACCEPT',
      '-j DROP',
      '-j aaa',
      '-g aaa',
      '-j RETURN',
      '-j REJECT',
      '-j LOG --log-prefix "p: "',
      '-j NFLOG --nflog-group 3',
      '-j NFQUEUE --queue-num 3 --queue-bypass',
    ],
  ],
  [
    'mangle',
    'PREROUTING',
    [
      '-j MARK --set-xmark 0x1/0xff',
      '-j MARK --set-xmark 0x1/0x1',
      '-j MARK --set-xmark 0x0/0xff',
      '-j CONNMARK --save-mark',
      '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff',
      '-j DSCP --set-dscp 0x2e',
      '-j TOS --set-tos 0x10/0x3f',
    ],
  ],
  ['raw', 'PREROUTING', ['-j CT --notrack', '-j CT --zone 5', '-j TRACE', '-j NOTRACK']],
];

/** Two dumps: one of IPv4, one of IPv6, each with one rule per table, so that a refusal costs few rules. */
export function randomRules(seed: number): RandomDump[] {
  const random = generator(seed);
  const draw: Draw = (items) => items[Math.floor(random() * items.length)] as (typeof items)[number];
  const dumps: RandomDump[] = [];
  for (const tool of ['iptables', 'ip6tables'] as const) {
    for (const [table, chain, targets] of TARGETS) {
      const options = optionsOf(draw, tool === 'ip6tables');
      const picked = [draw(options), ...(random() < 0.5 ? [draw(options)] : [])];
      // Two protocols in one rule are refused.
      const used = picked.filter((each, i) => i === 0 || !/(^|! )-[psdi] /.test(each));
      const rule = [...new Set(used), draw(targets)].join(' ').trim();
      const text = `# Generated by ${tool}-save v1.8.9 (nf_tables)\n*${table}\n:${chain} ACCEPT [0:0]\n:aaa - [0:0]\n-A ${chain} ${rule}\nCOMMIT\n`;
      dumps.push({ name: `${tool} -t ${table} ${rule}`, tool, text });
    }
  }
  return dumps;
}
