/** The made-up clusters that the samples show: pods, policies and Services of one worker node. */
import type { CalicoNode, IpSet, Policy, Workload } from './calico.ts';
import { addressAt, type ServicePort } from './services.ts';

export const POD_CIDR = '10.244.0.0/16';
export const SERVICE_CIDR = '10.96.0.0/12';
/** worker-1, the node that all Kubernetes samples but k3s are taken from. */
export const NODE_IP = '192.168.56.21';
const PEERS = ['192.168.56.10', '192.168.56.22', '192.168.56.23'];

const pods = (selector: string, members: readonly string[]): IpSet => ({ selector, members });

const INGRESS_PODS = pods(
  "(projectcalico.org/orchestrator == 'k8s' && app.kubernetes.io/name == 'ingress-nginx') && ns ingress-nginx",
  ['10.244.226.68', '10.244.152.131'],
);
const FRONTEND_PODS = pods("(projectcalico.org/orchestrator == 'k8s' && app == 'frontend') && ns shop", [
  '10.244.226.70',
  '10.244.226.71',
  '10.244.152.140',
]);
const CHECKOUT_PODS = pods("(projectcalico.org/orchestrator == 'k8s' && app == 'checkout') && ns shop", [
  '10.244.226.73',
  '10.244.235.200',
]);
const CART_PODS = pods("(projectcalico.org/orchestrator == 'k8s' && app == 'cart') && ns shop", [
  '10.244.226.72',
  '10.244.152.141',
]);
const PROMETHEUS_PODS = pods(
  "(projectcalico.org/orchestrator == 'k8s' && app.kubernetes.io/name == 'prometheus') && ns monitoring",
  ['10.244.226.76'],
);
const DNS_PODS = pods("(projectcalico.org/orchestrator == 'k8s' && k8s-app == 'kube-dns') && ns kube-system", [
  '10.244.226.65',
  '10.244.235.193',
]);

const policy = (namespace: string, name: string, rest: Omit<Policy, 'tier' | 'name'>): Policy => ({
  tier: 'default',
  name: `${namespace}/knp.default.${name}`,
  ...rest,
});

const DENY = policy('shop', 'default-deny', { ingress: [], egress: null });
const ALLOW_FRONTEND = policy('shop', 'allow-ingress-to-frontend', {
  ingress: [{ protocol: 'tcp', ports: [8080], peers: INGRESS_PODS }],
  egress: null,
});
const ALLOW_CART = policy('shop', 'allow-frontend-to-cart', {
  ingress: [
    { protocol: 'tcp', ports: [7070], peers: FRONTEND_PODS },
    { protocol: 'tcp', ports: [7070], peers: CHECKOUT_PODS },
  ],
  egress: null,
});
const ALLOW_CHECKOUT = policy('shop', 'allow-frontend-to-checkout', {
  ingress: [{ protocol: 'tcp', ports: [5050], peers: FRONTEND_PODS }],
  egress: null,
});
const PAYMENTS = policy('shop', 'payments', {
  ingress: [{ protocol: 'tcp', ports: [50051], peers: CHECKOUT_PODS }],
  egress: [
    { protocol: 'udp', ports: [53], peers: DNS_PODS },
    { protocol: 'tcp', ports: [53], peers: DNS_PODS },
    {
      protocol: 'tcp',
      ports: [443],
      peers: null,
      net: '203.0.113.64/26',
    },
  ],
});
const REDIS = policy('shop', 'redis', {
  ingress: [{ protocol: 'tcp', ports: [6379], peers: CART_PODS }],
  egress: [],
});
const METRICS = policy('shop', 'allow-metrics', {
  ingress: [{ protocol: 'tcp', ports: [9090, 9102], peers: PROMETHEUS_PODS }],
  egress: null,
});

const workload = (
  namespace: string,
  pod: string,
  last: number,
  policies: readonly Policy[] = [],
  serviceAccount = 'default',
): Workload => ({
  namespace,
  pod,
  ip: `10.244.226.${last}`,
  serviceAccount,
  policies,
});

export const WORKER: CalicoNode = {
  podCidr: POD_CIDR,
  vxlanPeers: PEERS,
  hostIps: ['127.0.0.1', NODE_IP, '10.244.226.64'],
  workloads: [
    workload('kube-system', 'coredns-7db6d8ff4d-8xk2v', 65, [], 'coredns'),
    workload('kube-system', 'metrics-server-6d94bc8694-qv5lw', 66, [], 'metrics-server'),
    workload('calico-apiserver', 'calico-apiserver-5c88f4c9b7-t9nhd', 67, [], 'calico-apiserver'),
    workload('ingress-nginx', 'ingress-nginx-controller-57b7568757-h2xjs', 68, [], 'ingress-nginx'),
    workload('cert-manager', 'cert-manager-5798486f6b-zc7pk', 69, [], 'cert-manager'),
    workload('shop', 'frontend-6bd77c9c5b-5gv7d', 70, [ALLOW_FRONTEND, METRICS, DENY]),
    workload('shop', 'frontend-6bd77c9c5b-x84mz', 71, [ALLOW_FRONTEND, METRICS, DENY]),
    workload('shop', 'cart-7f8c6b9d4-lq2wn', 72, [ALLOW_CART, METRICS, DENY]),
    workload('shop', 'checkout-58d9f7c66-r7b8t', 73, [ALLOW_CHECKOUT, METRICS, DENY]),
    workload('shop', 'payments-84f5c9d7b9-m4c6k', 74, [METRICS, DENY, PAYMENTS], 'payments'),
    workload('shop', 'redis-0', 75, [METRICS, DENY, REDIS], 'redis'),
    workload('monitoring', 'prometheus-k8s-0', 76, [], 'prometheus-k8s'),
    workload('monitoring', 'grafana-79c6cd9bfc-j8dxl', 77, [], 'grafana'),
    workload('argocd', 'argocd-server-5986f74c99-2kq5z', 78, [], 'argocd-server'),
  ],
};

const at = (last: number, port: number, local = true) => ({ ip: `10.244.226.${last}`, port, local });
const far = (ip: string, port: number) => ({ ip, port });

interface Brief {
  readonly nodePort?: number;
  readonly loadBalancerIps?: readonly string[];
  readonly externalLocal?: boolean;
  readonly sourceRanges?: readonly string[];
  readonly affinity?: boolean;
}

const service = (
  namespace: string,
  name: string,
  portName: string,
  clusterIp: string,
  port: number,
  endpoints: ServicePort['endpoints'],
  rest: Brief & { readonly protocol?: 'udp' } = {},
): ServicePort => ({ namespace, name, portName, protocol: 'tcp', clusterIp, port, endpoints, ...rest });

const NGINX = { loadBalancerIps: ['192.168.56.240'], externalLocal: true } as const;

/** The Services of the cluster that WORKER belongs to. */
export const SERVICES: readonly ServicePort[] = [
  service('default', 'kubernetes', 'https', '10.96.0.1', 443, [far('192.168.56.10', 6443)]),
  service('kube-system', 'kube-dns', 'dns', '10.96.0.10', 53, [at(65, 53), far('10.244.235.193', 53)], {
    protocol: 'udp',
  }),
  service('kube-system', 'kube-dns', 'dns-tcp', '10.96.0.10', 53, [at(65, 53), far('10.244.235.193', 53)]),
  service('kube-system', 'kube-dns', 'metrics', '10.96.0.10', 9153, [at(65, 9153), far('10.244.235.193', 9153)]),
  service('kube-system', 'metrics-server', 'https', '10.102.37.181', 443, [at(66, 10250)]),
  service('calico-apiserver', 'calico-api', 'apiserver', '10.110.219.44', 443, [
    at(67, 5443),
    far('10.244.152.133', 5443),
  ]),
  service('calico-system', 'calico-typha', 'calico-typha', '10.99.12.201', 5473, [
    far('192.168.56.10', 5473),
    far('192.168.56.22', 5473),
  ]),
  service(
    'ingress-nginx',
    'ingress-nginx-controller',
    'http',
    '10.105.62.9',
    80,
    [at(68, 80), far('10.244.152.131', 80)],
    {
      ...NGINX,
      nodePort: 31080,
    },
  ),
  service(
    'ingress-nginx',
    'ingress-nginx-controller',
    'https',
    '10.105.62.9',
    443,
    [at(68, 443), far('10.244.152.131', 443)],
    {
      ...NGINX,
      nodePort: 31443,
    },
  ),
  service('ingress-nginx', 'ingress-nginx-controller-admission', 'https-webhook', '10.97.200.15', 443, [
    at(68, 8443),
    far('10.244.152.131', 8443),
  ]),
  service('cert-manager', 'cert-manager', 'tcp-prometheus-servicemonitor', '10.103.80.14', 9402, [at(69, 9402)]),
  service('cert-manager', 'cert-manager-webhook', 'https', '10.98.51.66', 443, [far('10.244.235.198', 10250)]),
  service('shop', 'frontend', 'http', '10.107.14.88', 80, [at(70, 8080), at(71, 8080), far('10.244.152.140', 8080)], {
    nodePort: 30080,
  }),
  service('shop', 'cart', 'grpc', '10.104.9.120', 7070, [at(72, 7070), far('10.244.152.141', 7070)]),
  service('shop', 'checkout', 'grpc', '10.100.77.3', 5050, [at(73, 5050), far('10.244.235.200', 5050)]),
  service('shop', 'payments', 'grpc', '10.111.145.62', 50051, [at(74, 50051)]),
  service('shop', 'redis', 'redis', '10.106.33.17', 6379, [at(75, 6379)]),
  service('shop', 'recommendations', 'grpc', '10.109.240.71', 8080, []),
  service('shop', 'legacy-erp', '', '10.101.18.5', 8000, [far('192.168.60.14', 8000)], { affinity: true }),
  service('monitoring', 'prometheus-k8s', 'web', '10.108.91.230', 9090, [at(76, 9090)]),
  service('monitoring', 'grafana', 'http', '10.96.188.42', 3000, [at(77, 3000)], {
    nodePort: 32000,
    loadBalancerIps: ['192.168.56.241'],
    sourceRanges: ['192.168.56.0/24', '10.20.0.0/16'],
  }),
  service('monitoring', 'alertmanager-main', 'web', '10.102.156.90', 9093, [
    far('10.244.152.150', 9093),
    far('10.244.235.210', 9093),
  ]),
  service('argocd', 'argocd-server', 'http', '10.99.221.131', 80, [at(78, 8080)]),
  service('argocd', 'argocd-server', 'https', '10.99.221.131', 443, [at(78, 8080)]),
  service('argocd', 'argocd-repo-server', 'server', '10.105.3.77', 8081, [far('10.244.235.215', 8081)]),
  service('staging', 'frontend', 'http', '10.103.119.28', 80, [], { nodePort: 30081 }),
];

/** A node with `count` pods that share a handful of policies. */
export function manyWorkloads(count: number): CalicoNode {
  const groups = [[], [ALLOW_FRONTEND, METRICS, DENY], [ALLOW_CART, METRICS, DENY], [METRICS, DENY, PAYMENTS]];
  return {
    podCidr: POD_CIDR,
    vxlanPeers: PEERS,
    hostIps: ['127.0.0.1', NODE_IP],
    workloads: Array.from({ length: count }, (_, index) => ({
      namespace: 'shop',
      pod: `app-${index.toString(36).padStart(4, '0')}`,
      ip: addressAt([10, 244, 226, 64], index),
      serviceAccount: 'default',
      policies: groups[index % groups.length] as Policy[],
    })),
  };
}
