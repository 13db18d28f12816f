/** What each sample's node runs: which rules are loaded with which tool, in which order, and which listings are kept. */
import { readFileSync } from 'node:fs';
import { calicoIpSets, writeCalico } from './calico.ts';
import { calicoNft } from './calico-nft.ts';
import { writeKubelet, writeKubeProxy } from './kube-proxy.ts';
import { kubeProxyNft } from './kube-proxy-nft.ts';
import { firewalld, wgQuick } from './nft-programs.ts';
import { NODE_IP, POD_CIDR, SERVICE_CIDR, SERVICES, WORKER } from './nodes.ts';
import {
  type DockerNetwork,
  writeDocker,
  writeFlannel,
  writeIstio,
  writePortmap,
  writeTailscale,
  writeUfw,
} from './programs.ts';
import { SaveFile } from './save-file.ts';
import { manyServices } from './services.ts';

export type Engine = 'iptables-nft' | 'ip6tables-nft' | 'iptables-legacy' | 'ipset' | 'nft';

export interface Recipe {
  readonly load: readonly { readonly engine: Engine; readonly text: string }[];
  readonly dumps: readonly { readonly name: string; readonly engine: Engine; readonly counters?: boolean }[];
}

/** Packets through every hook of a node that has been up for some weeks; connections through nat. */
function traffic(file: SaveFile, millions: number): void {
  const million = millions * 1_000_000;
  const hooks: readonly (readonly [string, number])[] = [
    ['PREROUTING', 1],
    ['INPUT', 0.31],
    ['FORWARD', 0.69],
    ['OUTPUT', 0.28],
    ['POSTROUTING', 0.97],
  ];
  for (const [table, chains] of file.tables) {
    const scale = table === 'nat' ? million / 40 : million;
    hooks.forEach(([chain, part], index) => {
      if (chains.has(chain)) file.send(table, chain, Math.round(scale * part) + 1013 * index + 271 * chains.size);
    });
  }
}

const kubernetes = { clusterCidr: POD_CIDR };

function calicoNode(): SaveFile {
  const file = new SaveFile();
  writeKubeProxy(file, SERVICES, kubernetes);
  writeCalico(file, WORKER);
  return file;
}

function counted(file: SaveFile, millions: number): string {
  traffic(file, millions);
  return file.restoreText();
}

function ip6Node(): SaveFile {
  const file = new SaveFile();
  writeKubeProxy(file, [], { clusterCidr: 'fd00:10:244::/56', family: 'ip6' });
  return file;
}

const COMPOSE: readonly DockerNetwork[] = [
  { bridge: 'docker0', subnet: '172.17.0.0/16', containers: [] },
  {
    bridge: 'br-5c1f0a7d9e42',
    subnet: '172.18.0.0/16',
    containers: [
      { ip: '172.18.0.2', ports: [{ host: 5432, container: 5432 }] },
      { ip: '172.18.0.3', ports: [{ host: 6379, container: 6379, address: '127.0.0.1' }] },
      {
        ip: '172.18.0.4',
        ports: [
          { host: 80, container: 8080 },
          { host: 443, container: 8443 },
        ],
      },
    ],
  },
];

const BUILDER: readonly DockerNetwork[] = [
  {
    bridge: 'docker0',
    subnet: '172.17.0.0/16',
    containers: [{ ip: '172.17.0.2', ports: [{ host: 5000, container: 5000 }] }],
  },
];

function docker(networks: readonly DockerNetwork[]): SaveFile {
  const file = new SaveFile();
  writeDocker(file, networks);
  return file;
}

function manyKubeProxy(): string {
  const file = new SaveFile();
  writeKubeProxy(file, manyServices({ services: 1000, endpoints: 2, seed: 7 }), kubernetes);
  return file.restoreText();
}

function kubeletOnly(): SaveFile {
  const file = new SaveFile();
  writeKubelet(file);
  return file;
}

function calicoAlone(millions: number): string {
  const file = new SaveFile();
  writeCalico(file, WORKER);
  traffic(file, millions);
  return calicoNft(file, WORKER);
}

/** kubelet before 1.28: mark chains of its own, and the drop bit. */
function oldKubelet(): SaveFile {
  const file = new SaveFile();
  for (const table of ['mangle', 'filter', 'nat'] as const) file.chain(table, 'KUBE-KUBELET-CANARY');
  file.chain('filter', 'KUBE-FIREWALL');
  const dropped =
    '-m comment --comment "kubernetes firewall for dropping marked packets" -m mark --mark 0x8000/0x8000 -j DROP';
  file.append('filter', 'KUBE-FIREWALL', dropped, 0.00002);
  file.append(
    'filter',
    'KUBE-FIREWALL',
    '! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
    0,
  );
  file.append('filter', 'INPUT', '-j KUBE-FIREWALL');
  file.append('filter', 'OUTPUT', '-j KUBE-FIREWALL');
  file.append('nat', 'KUBE-MARK-DROP', '-j MARK --set-xmark 0x8000/0x8000');
  file.append('nat', 'KUBE-MARK-MASQ', '-j MARK --set-xmark 0x4000/0x4000');
  file.append('nat', 'POSTROUTING', '-m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING');
  file.append('nat', 'KUBE-POSTROUTING', '-m mark ! --mark 0x4000/0x4000 -j RETURN');
  file.append('nat', 'KUBE-POSTROUTING', '-j MARK --set-xmark 0x4000/0x0');
  file.append(
    'nat',
    'KUBE-POSTROUTING',
    '-m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    1,
  );
  return file;
}

function sixWriters(): SaveFile {
  const file = new SaveFile();
  writeKubeProxy(file, [...SERVICES, ...manyServices({ services: 240, endpoints: 3, seed: 11 })], kubernetes);
  writeDocker(file, BUILDER);
  writeTailscale(file, '100.101.22.7');
  // Somebody's provisioning script keeps mail from leaving: a rule that no program looks after.
  file.append('filter', 'FORWARD', '-p tcp -m tcp --dport 25 -j DROP', 0);
  writeCalico(file, WORKER);
  return file;
}

const PUBLIC = {
  name: 'public',
  interfaces: ['eth0'],
  target: 'default',
  allow: ['tcp dport 22 accept', 'ip6 daddr fe80::/64 udp dport 546 accept'],
} as const;

const flannelNode = (): SaveFile => {
  const file = new SaveFile();
  writeKubeProxy(
    file,
    SERVICES.filter(({ namespace }) => !namespace.startsWith('calico')),
    kubernetes,
  );
  writeFlannel(file, POD_CIDR, '10.244.226.0/24');
  const edge = {
    network: 'cbr0',
    containerId: '9f2c6b7d1e0a4835c2d8e6f1b3a7049d5c8e2f6a1b4d7c9e0f3a6b5d8c1e4f70',
    ip: '10.244.226.68',
  };
  writePortmap(
    file,
    [
      { ...edge, host: 80, container: 80 },
      { ...edge, host: 443, container: 443 },
    ].slice(0, 1),
    POD_CIDR,
  );
  return file;
};

export const RECIPES: Readonly<Record<string, () => Recipe>> = {
  'calico-iptables-nft': () => ({
    load: [
      { engine: 'ipset', text: calicoIpSets(WORKER) },
      { engine: 'iptables-nft', text: counted(calicoNode(), 912) },
      { engine: 'ip6tables-nft', text: counted(ip6Node(), 0.02) },
    ],
    dumps: [
      { name: 'worker-1.save', engine: 'iptables-nft', counters: true },
      { name: 'worker-1.ip6.save', engine: 'ip6tables-nft', counters: true },
      { name: 'worker-1.ipset', engine: 'ipset' },
    ],
  }),
  'calico-iptables-legacy': () => ({
    load: [
      { engine: 'ipset', text: calicoIpSets(WORKER) },
      { engine: 'iptables-legacy', text: counted(calicoNode(), 640) },
    ],
    dumps: [
      { name: 'worker-1.save', engine: 'iptables-legacy', counters: true },
      { name: 'worker-1.ipset', engine: 'ipset' },
    ],
  }),
  'calico-append': () => {
    const file = new SaveFile();
    writeKubeProxy(file, SERVICES, kubernetes);
    writeCalico(file, WORKER, false);
    return {
      load: [
        { engine: 'ipset', text: calicoIpSets(WORKER) },
        { engine: 'iptables-nft', text: counted(file, 77) },
      ],
      dumps: [
        { name: 'worker-1.save', engine: 'iptables-nft', counters: true },
        { name: 'worker-1.ipset', engine: 'ipset' },
      ],
    };
  },
  'calico-nftables': () => ({
    load: [
      { engine: 'iptables-nft', text: counted(kubeletOnly(), 210) },
      {
        engine: 'nft',
        text: kubeProxyNft(SERVICES, { clusterCidr: POD_CIDR, serviceCidr: SERVICE_CIDR, nodeIps: [NODE_IP] }),
      },
      { engine: 'nft', text: calicoAlone(210) },
    ],
    dumps: [{ name: 'worker-1.nft', engine: 'nft' }],
  }),
  'kube-proxy-1000': () => ({
    load: [{ engine: 'iptables-nft', text: manyKubeProxy() }],
    dumps: [{ name: 'node.save', engine: 'iptables-nft' }],
  }),
  'docker-ufw': () => {
    const file = new SaveFile();
    writeUfw(file, [
      '-p tcp -m tcp --dport 22',
      '-p tcp -m tcp --dport 80',
      '-p tcp -m tcp --dport 443',
      '-s 10.8.0.0/24 -p tcp -m tcp --dport 5432',
    ]);
    writeDocker(file, COMPOSE);
    return {
      load: [{ engine: 'iptables-nft', text: counted(file, 18) }],
      dumps: [{ name: 'web-01.save', engine: 'iptables-nft', counters: true }],
    };
  },
  'firewalld-docker': () => ({
    load: [
      {
        engine: 'nft',
        text: firewalld(
          [{ name: 'docker', interfaces: ['docker0'], target: 'accept', allow: [] }, PUBLIC],
          [{ name: 'docker-forwarding', egress: ['docker0'] }],
        ),
      },
      { engine: 'iptables-nft', text: counted(docker(COMPOSE), 4) },
    ],
    dumps: [{ name: 'build-host.nft', engine: 'nft' }],
  }),
  'tailscale-calico': () => {
    const file = new SaveFile();
    writeKubeProxy(file, SERVICES, kubernetes);
    writeTailscale(file, '100.101.22.7');
    writeCalico(file, WORKER);
    return {
      load: [
        { engine: 'ipset', text: calicoIpSets(WORKER) },
        { engine: 'iptables-nft', text: counted(file, 133) },
      ],
      dumps: [
        { name: 'edge-1.save', engine: 'iptables-nft', counters: true },
        { name: 'edge-1.ipset', engine: 'ipset' },
      ],
    };
  },
  'istio-sidecar': () => {
    const file = new SaveFile();
    writeIstio(file, 2);
    return {
      load: [{ engine: 'iptables-nft', text: counted(file, 3) }],
      dumps: [{ name: 'checkout-pod.save', engine: 'iptables-nft', counters: true }],
    };
  },
  'flannel-kube-proxy': () => ({
    load: [{ engine: 'iptables-nft', text: counted(flannelNode(), 58) }],
    dumps: [{ name: 'node-2.save', engine: 'iptables-nft', counters: true }],
  }),
  'legacy-and-nft': () => ({
    load: [
      { engine: 'ipset', text: calicoIpSets(WORKER) },
      { engine: 'iptables-nft', text: counted(calicoNode(), 96) },
      { engine: 'iptables-legacy', text: counted(docker(BUILDER), 21) },
    ],
    dumps: [
      { name: 'node.save', engine: 'iptables-nft', counters: true },
      { name: 'node.legacy.save', engine: 'iptables-legacy', counters: true },
      { name: 'node.ipset', engine: 'ipset' },
    ],
  }),
  'home-router': () => ({
    load: [{ engine: 'nft', text: readFileSync(new URL('../home-router/source/router.nft', import.meta.url), 'utf8') }],
    dumps: [{ name: 'router.nft', engine: 'nft' }],
  }),
  'six-writers': () => ({
    load: [
      { engine: 'iptables-legacy', text: counted(oldKubelet(), 0.4) },
      { engine: 'ipset', text: calicoIpSets(WORKER) },
      { engine: 'nft', text: firewalld([PUBLIC], []) },
      { engine: 'iptables-nft', text: counted(sixWriters(), 402) },
      { engine: 'nft', text: wgQuick('wg0', '10.77.0.2') },
    ],
    dumps: [
      { name: 'node-a.nft', engine: 'nft' },
      { name: 'node-a.save', engine: 'iptables-nft', counters: true },
      { name: 'node-a.legacy.save', engine: 'iptables-legacy', counters: true },
      { name: 'node-a.ipset', engine: 'ipset' },
    ],
  }),
};
