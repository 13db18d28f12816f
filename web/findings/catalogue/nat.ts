/** Known conflicts over who translates a connection, or hides its source. Data only: what recognises an entry is in the detectors, see ../README.md. */
import type { CatalogueEntry } from './entry.ts';

export const NAT: readonly CatalogueEntry[] = [
  {
    id: 'portmap-captures-service',
    mechanism: 'nat-capture',
    owners: ['cni-portmap', 'kube-proxy-ipvs'],
    title: 'hostPort rules take connections that are meant for a Service',
    evidence:
      'The jump to CNI-HOSTPORT-DNAT for local addresses stands above the jump to KUBE-SERVICES; worse with IPVS, where Service addresses are local',
    symptom:
      "Connections to any Service on the hostPort's number end in the hostPort's pod, the API server's port 443 included",
    remedy: 'Use portmap 0.7.5 or later, which appends its jump, or kube-proxy in iptables mode',
    basis: 'reported',
    references: [
      {
        title: 'kubernetes/kubernetes#72522: hostPort intercept LoadBalancer traffic (ipvs)',
        url: 'https://github.com/kubernetes/kubernetes/issues/72522',
      },
      {
        title: 'kubernetes/kubernetes#66103: IPVS is not working with hostport',
        url: 'https://github.com/kubernetes/kubernetes/issues/66103',
      },
      {
        title: 'containernetworking/cni#577: CNI adds IPTables rules in backwards order',
        url: 'https://github.com/containernetworking/cni/issues/577',
      },
      {
        title: "containernetworking/plugins#222: portmap plugin's iptables rules intercept kubernetes service traffic",
        url: 'https://github.com/containernetworking/plugins/issues/222',
      },
      {
        title: 'containernetworking/plugins#269: Portmap: append, rather than prepend, entry rules (security fix)',
        url: 'https://github.com/containernetworking/plugins/issues/269',
      },
      {
        title: 'aws/amazon-vpc-cni-k8s#499: update cni version to 0.7.5 to avoid CNI-HOSTPORT-DNAT problem',
        url: 'https://github.com/aws/amazon-vpc-cni-k8s/issues/499',
      },
      {
        title: 'cloudnativelabs/kube-router#612: Hostport pods take over traffic from services',
        url: 'https://github.com/cloudnativelabs/kube-router/issues/612',
      },
    ],
  },
  {
    id: 'fail2ban-wrong-chain',
    mechanism: 'nat-capture',
    owners: ['fail2ban', 'crowdsec', 'docker-iptables', 'kube-proxy-iptables'],
    title: 'Bans in INPUT do not see traffic that is forwarded to a container',
    evidence: 'The ban chain is called from INPUT only, while the same port is DNATed to a container or pod',
    symptom: 'The log says that an address is banned, but it still gets through',
    remedy: 'Let the ban chain be called from DOCKER-USER or FORWARD as well, or ban in prerouting before the DNAT',
    basis: 'reported',
    references: [
      {
        title: 'crazy-max/docker-fail2ban#11: Default chain does not block ssh traffic',
        url: 'https://github.com/crazy-max/docker-fail2ban/issues/11',
      },
      {
        title: 'l4rm4nd/F2BFilters#4: Thanks - and a note for users who may be struggling',
        url: 'https://github.com/l4rm4nd/F2BFilters/issues/4',
      },
      {
        title:
          'fail2ban/fail2ban#2700: Dockerized fail2ban unable to block banned ip from sending request to nginx port 80 and port 443.',
        url: 'https://github.com/fail2ban/fail2ban/issues/2700',
      },
      {
        title: 'crazy-max/docker-fail2ban#112: Failure to add ban rule to iptables',
        url: 'https://github.com/crazy-max/docker-fail2ban/issues/112',
      },
    ],
  },
  {
    id: 'masquerade-all-breaks-policy',
    mechanism: 'nat-capture',
    owners: ['kube-proxy-iptables', 'calico-iptables'],
    title: 'kube-proxy masquerades all Service traffic, so policies see the wrong source',
    evidence: 'KUBE-SERVICES marks every Service for masquerading, whatever the source, and a policy engine is present',
    symptom: 'Policies work only between pods of one node',
    remedy: 'Remove --masquerade-all, and set the cluster CIDR correctly',
    basis: 'reported',
    references: [
      {
        title: 'kubernetes-sigs/kubespray#1012: Calico policies not working - remove --masquerade-all from kube-proxy',
        url: 'https://github.com/kubernetes-sigs/kubespray/issues/1012',
      },
      {
        title: "projectcalico/calico#498: Document that the kube-proxy's --masquerade-all conflicts.",
        url: 'https://github.com/projectcalico/calico/issues/498',
      },
      {
        title:
          "projectcalico/calico#6545: [bug] network policy is not compatible with kube-proxy's config of `clusterCIDR` under new ippool",
        url: 'https://github.com/projectcalico/calico/issues/6545',
      },
    ],
  },
  {
    id: 'leftover-foreign-masquerade',
    mechanism: 'nat-capture',
    owners: ['user', 'calico-iptables'],
    title: 'A broad masquerade rule of nobody rewrites pod addresses',
    evidence: 'nat POSTROUTING holds a masquerade rule of no known program that names no outgoing interface',
    symptom: 'Policies drop traffic because its source is a tunnel address',
    remedy: 'Delete the rule, or limit it to the outgoing interface',
    basis: 'reported',
    references: [
      {
        title:
          'projectcalico/calico#6235: Kubernetes cannot apply NetworkPolicy on RHEL8 due to different source IP behavior',
        url: 'https://github.com/projectcalico/calico/issues/6235',
      },
    ],
  },
  {
    id: 'istio-vm-vs-docker',
    mechanism: 'nat-capture',
    owners: ['istio-sidecar', 'docker-iptables'],
    title: "Istio on a virtual machine captures the containers' traffic",
    evidence: "The host's nat PREROUTING sends all TCP to ISTIO_INBOUND, without an interface, while Docker runs there",
    symptom: 'What containers send to the inbound ports ends in Envoy',
    remedy: "Exclude Docker's interfaces (ISTIO_EXCLUDE_INTERFACES)",
    basis: 'reported',
    references: [
      {
        title:
          'istio/istio#27728: VM mesh expansion, ISTIO_INBOUND_PORTS conflicts with Docker container outbound traffic',
        url: 'https://github.com/istio/istio/issues/27728',
      },
    ],
  },
];
