/** For the tests of facts: each kind of fact as one short line. */
import { formatIp, formatNetwork } from '../base/ip.ts';
import { PROTOCOLS } from '../model/constants.ts';
import type { NodeFacts, Target } from './fact.ts';

const port = ({ address, port: number }: Target) => `${formatIp(address)}${number === null ? '' : `:${number}`}`;
const protocolName = (protocol: number | null) => (protocol === null ? 'any' : PROTOCOLS.byNumber.get(protocol));

/** `shop/cart:grpc tcp 10.104.9.120:7070 node 30080 also 192.168.56.240:80 > 10.244.1.5:8080`. */
export function serviceLines({ services }: NodeFacts): string[] {
  return services.map(({ name, protocol, clusterIp, port: number, nodePort, externals, endpoints }) =>
    [
      name ?? '-',
      protocolName(protocol),
      clusterIp ? port({ address: clusterIp, port: number }) : '-',
      ...(nodePort === null ? [] : [`node ${nodePort}`]),
      ...externals.map((one) => `also ${port(one)}`),
      ...(endpoints.length === 0 ? [] : ['>', ...endpoints.map(port)]),
    ].join(' '),
  );
}

/** `container tcp 8080 on 10.0.0.1 in ppp0 > 172.17.0.2:80`. */
export function publishedLines({ published }: NodeFacts): string[] {
  return published.map(({ kind, protocol, from, to, address, interfaces, targets }) =>
    [
      ...[kind, protocolName(protocol), from === to ? `${from}` : `${from}-${to}`],
      ...(address ? [`on ${formatIp(address)}`] : []),
      ...(interfaces ? [`in ${interfaces.join(',')}`] : []),
      '>',
      ...targets.map(port),
    ].join(' '),
  );
}

/** `192.168.56.21`, `10.77.0.2 wg0`, `172.17.0.1 docker0 assumed`. */
export function addressLines({ addresses }: NodeFacts): string[] {
  return addresses.map(({ address, interface: name, assumed }) =>
    [formatIp(address), ...(name === null ? [] : [name]), ...(assumed ? ['assumed'] : [])].join(' '),
  );
}

export function networkLines({ networks }: NodeFacts): string[] {
  return networks.map(({ network, use, interface: name, assumed }) =>
    [formatNetwork(network), use, ...(name === null ? [] : [name]), ...(assumed ? ['assumed'] : [])].join(' '),
  );
}

/** `10.244.1.5 here cali1234 shop/cart:grpc`; `elsewhere`, or `?` where nothing tells. */
export function podLines({ pods }: NodeFacts): string[] {
  return pods.map(({ address, local, interface: name, services }) =>
    [
      formatIp(address),
      local === null ? '?' : local ? 'here' : 'elsewhere',
      ...(name === null ? [] : [name]),
      ...services,
    ].join(' '),
  );
}

/** `cali1234 workload shop/cart`. */
export function interfaceLines({ interfaces }: NodeFacts): string[] {
  return interfaces.map(({ name, wildcard, role, zone, namespace, serviceAccount }) =>
    [
      wildcard ? `${name}*` : name,
      role,
      ...(zone === null ? [] : [`zone ${zone}`]),
      ...(namespace === null ? [] : [`${namespace}/${serviceAccount ?? '?'}`]),
    ].join(' '),
  );
}
