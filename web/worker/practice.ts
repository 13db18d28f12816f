/**
 * What the worker reads before anybody has given it anything: engines compile code that has run for a while, and make room for young objects as more of them
 * come. A dump that is dropped on the page half a second later is read in two thirds of the time (bench/parse.ts, `--practised`).
 */
import { findAll } from '../findings/find.ts';
import { type DocumentInput, readStructure } from '../pipeline.ts';
import { createEarlyContext, withFindings } from '../views/context.ts';
import { buildOverview } from '../views/overview.ts';

/** Services of each made-up node, and how often each is read: about a megabyte of text in all. */
const SERVICES = 160;
const ROUNDS = 3;

/** Reads made-up nodes; between two steps of about 50 ms whoever runs it may stop. */
export function* practise(): Generator<void, void> {
  const nodes = practiceNodes();
  for (let round = 0; round < ROUNDS; round++) {
    for (const node of nodes) {
      const structure = readStructure([node]);
      yield;
      if (round > 0) continue;
      const context = createEarlyContext(structure, 0, ['practice']);
      buildOverview(withFindings(context, findAll(structure)));
      yield;
    }
  }
}

/**
 * Practises in steps for which `later` finds the time.
 *
 * @returns ends it: nothing is practised any more once there is something to do.
 */
export function startPractice(later: (run: () => void) => void, steps = practise()): () => void {
  let isOver = false;
  const step = (): void => {
    if (isOver || steps.next().done) return;
    later(step);
  };
  later(step);
  return () => {
    isOver = true;
  };
}

/** The made-up nodes: one as iptables-save prints it, one as nft lists it. `count`: Services of each. */
export function practiceNodes(count = SERVICES): DocumentInput[] {
  return [savedNode(count), listedNode(count)];
}

interface Service {
  /** Of its chains. */
  readonly hash: string;
  readonly name: string;
  readonly address: string;
  readonly endpoints: readonly string[];
}

function services(count: number): Service[] {
  return Array.from({ length: count }, (_, i) => ({
    hash: `AAAAAAAAAAAA${letters(i)}`,
    name: `default/service-${i}:http`,
    address: `10.96.${i >> 8}.${i & 255}`,
    endpoints: [0, 1, 2].map((k) => `10.244.${k}.${i & 255}`),
  }));
}

function letters(i: number): string {
  return [12, 8, 4, 0].map((shift) => String.fromCharCode(65 + ((i >> shift) & 15))).join('');
}

function savedNode(count: number): DocumentInput {
  const all = services(count);
  const nat = [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
    ':KUBE-MARK-MASQ - [0:0]',
    ':KUBE-POSTROUTING - [0:0]',
    ':KUBE-SERVICES - [0:0]',
    ...all.flatMap(({ hash, endpoints }) => [
      `:KUBE-SVC-${hash} - [0:0]`,
      ...endpoints.map((_, k) => `:KUBE-SEP-${hash.slice(1)}${'XYZ'[k]} - [0:0]`),
    ]),
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    ...all.flatMap(savedService),
    'COMMIT',
  ];
  const filter = [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD DROP [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':cali-FORWARD - [0:0]',
    ':KUBE-FORWARD - [0:0]',
    '-A FORWARD -m comment --comment "cali:AAAAAAAAAAAAAAAA" -j cali-FORWARD',
    '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
    '-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...Array.from(
      { length: count },
      (_, i) =>
        `-A cali-FORWARD -i cali${letters(i)} -p udp -m comment --comment "cali:AAAAAAAAAAAA${letters(i)}" -m multiport --dports 53,${i + 1}:${i + 9} -m set --match-set cali40s:${letters(i)} src -j ACCEPT`,
    ),
    'COMMIT',
    '',
  ];
  return { name: 'practice', text: [...nat, ...filter].join('\n') };
}

function savedService({ hash, name, address, endpoints }: Service): string[] {
  const chain = `KUBE-SVC-${hash}`;
  const ends = endpoints.map((_, k) => `KUBE-SEP-${hash.slice(1)}${'XYZ'[k]}`);
  return [
    `-A KUBE-SERVICES -d ${address}/32 -p tcp -m comment --comment "${name} cluster IP" -m tcp --dport 80 -j ${chain}`,
    `-A ${chain} ! -s 10.244.0.0/16 -d ${address}/32 -p tcp -m comment --comment "${name} cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ`,
    ...ends.map((end, k) =>
      k < ends.length - 1
        ? `-A ${chain} -m comment --comment "${name} -> ${endpoints[k]}:8080" -m statistic --mode random --probability 0.${k + 3}3333333349 -j ${end}`
        : `-A ${chain} -m comment --comment "${name} -> ${endpoints[k]}:8080" -j ${end}`,
    ),
    ...ends.flatMap((end, k) => [
      `-A ${end} -s ${endpoints[k]}/32 -m comment --comment "${name}" -j KUBE-MARK-MASQ`,
      `-A ${end} -p tcp -m comment --comment "${name}" -m tcp -j DNAT --to-destination ${endpoints[k]}:8080`,
    ]),
  ];
}

function listedNode(count: number): DocumentInput {
  const all = services(count);
  const lines = [
    'table ip kube-proxy {',
    '\tcomment "rules for kube-proxy"',
    '',
    '\tmap service-ips {',
    '\t\ttype ipv4_addr . inet_proto . inet_service : verdict',
    '\t\tcomment "ClusterIP, ExternalIP and LoadBalancer IP traffic"',
    `\t\telements = { ${all.map(({ hash, name, address }) => `${address} . tcp . 80 comment "${name}" : goto service-${hash}`).join(',\n\t\t\t     ')} }`,
    '\t}',
    '',
    '\tchain nat-prerouting {',
    '\t\ttype nat hook prerouting priority dstnat; policy accept;',
    '\t\tip daddr . meta l4proto . th dport vmap @service-ips',
    '\t}',
    '',
    '\tchain filter-forward {',
    '\t\ttype filter hook forward priority filter - 110; policy accept;',
    '\t\tct state new jump filter-all',
    '\t}',
    '',
    '\tchain filter-all {',
    ...all.map(
      ({ address }) =>
        `\t\tip daddr ${address} tcp dport { 80, 443 } meta mark & 0x00004000 == 0x00004000 counter packets 0 bytes 0 accept`,
    ),
    '\t}',
    '',
    '\tchain mark-for-masquerade {',
    '\t\tmeta mark set meta mark | 0x00004000',
    '\t}',
    ...all.flatMap(listedService),
    '}',
    '',
  ];
  return { name: 'practice', text: lines.join('\n') };
}

function listedService({ hash, name, address, endpoints }: Service): string[] {
  return [
    '',
    `\tchain service-${hash} {`,
    `\t\tip daddr ${address} tcp dport 80 ip saddr != 10.244.0.0/16 jump mark-for-masquerade`,
    `\t\tnumgen random mod ${endpoints.length} vmap { ${endpoints.map((_, k) => `${k} : goto endpoint-${hash}-${k}`).join(', ')} }`,
    '\t}',
    ...endpoints.flatMap((endpoint, k) => [
      '',
      `\tchain endpoint-${hash}-${k} {`,
      `\t\tip saddr ${endpoint} jump mark-for-masquerade comment "${name}"`,
      `\t\tmeta l4proto tcp dnat to ${endpoint}:8080`,
      '\t}',
    ]),
  ];
}
