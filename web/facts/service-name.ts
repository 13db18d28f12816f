/**
 * What kube-proxy calls a Service's port, out of the places where it writes it.
 * Follows kubernetes/pkg/proxy: servicePortName.String() is `namespace/name:port`, or `namespace/name` for a port without name.
 */

export type ServiceUse = 'cluster' | 'external' | 'node-port' | null;

export interface ServiceMention {
  /** `shop/cart:grpc`. */
  readonly name: string;
  readonly use: ServiceUse;
}

const NAME = '([a-z0-9]([-a-z0-9.]*[a-z0-9])?/[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[a-zA-Z0-9][-a-zA-Z0-9._]*)?)';
const COMMENT = new RegExp(`^"?${NAME}(?: (cluster IP|loadbalancer IP|load balancer IP|external IP|has no .*))?"?$`);

/** A comment of iptables mode (`shop/cart:grpc cluster IP`) or of a map element in nftables mode; null where it is none. */
export function serviceInComment(comment: string): ServiceMention | null {
  const found = COMMENT.exec(comment.trim());
  const name = found?.[1];
  if (name === undefined) return null;
  const what = found?.[5] ?? '';
  if (what === 'cluster IP') return { name, use: 'cluster' };
  return { name, use: /loadbalancer|load balancer|external/.test(what) ? 'external' : null };
}

/**
 * A chain of nftables mode: `service-HASH-shop/cart/tcp/grpc`, `external-HASH-...`. The last part is the port's name, which may be empty.
 * Kernel: chain names hold 127 characters; kube-proxy shortens longer ones, so the port's name may be cut.
 */
export function serviceInChain(chain: string): ServiceMention | null {
  const found = /^(service|external)-[A-Z0-9]{8}-([^/]+\/[^/]+)\/(?:tcp|udp|sctp)\/(.*)$/.exec(chain);
  if (!found) return null;
  const port = found[3] ?? '';
  return {
    name: port === '' ? (found[2] ?? '') : `${found[2]}:${port}`,
    use: found[1] === 'service' ? 'cluster' : 'external',
  };
}
