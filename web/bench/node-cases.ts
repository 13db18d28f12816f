/** The nodes that the benchmark of whole nodes goes through: generated ones of many Services, and the samples. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCalico } from '../../samples/source/calico.ts';
import { calicoNft } from '../../samples/source/calico-nft.ts';
import { writeCalicoSaved } from '../../samples/source/calico-saved.ts';
import { writeKubeProxy } from '../../samples/source/kube-proxy.ts';
import { kubeProxyNft } from '../../samples/source/kube-proxy-nft.ts';
import { manyWorkloads, NODE_IP, POD_CIDR, SERVICE_CIDR } from '../../samples/source/nodes.ts';
import { SaveFile } from '../../samples/source/save-file.ts';
import { manyServices, type ServicePort } from '../../samples/source/services.ts';
import type { DocumentInput } from '../pipeline.ts';

/** `workloads`: pods on the node that Calico has policies for; 0: without Calico. */
export interface NodeCase {
  readonly format: 'iptables' | 'nft' | 'dual';
  readonly services: number;
  readonly workloads: number;
}

export function documentsOf({ format, services, workloads }: NodeCase): DocumentInput[] {
  const list = manyServices({ services, endpoints: 4 });
  if (format === 'nft') return [{ name: 'node.nft', text: nftText(list, workloads) }];
  const text = iptablesText(list, workloads);
  const documents = [{ name: 'node.save', text }];
  return format === 'dual' ? [...documents, { name: 'node.ip6.save', text: asIpv6(text) }] : documents;
}

function iptablesText(list: readonly ServicePort[], workloads: number): string {
  const file = new SaveFile();
  writeKubeProxy(file, list, { clusterCidr: POD_CIDR });
  if (workloads > 0) writeCalicoSaved(file, manyWorkloads(workloads));
  return file.saveText('iptables-save v1.8.9 (nf_tables) on Mon Jun  2 09:30:00 2025', false);
}

function nftText(list: readonly ServicePort[], workloads: number): string {
  const own = kubeProxyNft(list, { clusterCidr: POD_CIDR, serviceCidr: SERVICE_CIDR, nodeIps: [NODE_IP] });
  if (workloads === 0) return own;
  const node = manyWorkloads(workloads);
  const calico = new SaveFile();
  writeCalico(calico, node);
  return `${own}\n${calicoNft(calico, node)}`;
}

/** The same rules for IPv6: each IPv4 address as the last 32 bits of one. */
function asIpv6(text: string): string {
  return text
    .replaceAll('iptables-save', 'ip6tables-save')
    .replace(/(\d+\.\d+\.\d+\.\d+):(\d+)/g, '[fd00::$1]:$2')
    .replace(/(?<!:)(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?/g, (_all, address: string, length: string | undefined) =>
      length === undefined ? `fd00::${address}` : `fd00::${address}/${96 + Number(length)}`,
    )
    .replace(/fd00::(\d+)\.(\d+)\.(\d+)\.(\d+)/g, (_all, ...bytes: string[]) => {
      const [a, b, c, d] = bytes.map(Number) as [number, number, number, number];
      return `fd00::${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    })
    .replaceAll('icmp-port-unreachable', 'icmp6-port-unreachable')
    .replaceAll('-p icmp -m icmp --icmp-type', '-p ipv6-icmp -m icmp6 --icmpv6-type');
}

const SAMPLES = new URL('../../samples/', import.meta.url).pathname;

/** Of a folder of samples/; null where there are no dumps. */
export function sampleDocuments(name: string): DocumentInput[] | null {
  const folder = join(SAMPLES, name);
  const names = readdirSync(folder).filter((file) => /\.(save|nft|ipset)$/.test(file));
  return names.length === 0
    ? null
    : names.map((file) => ({ name: file, text: readFileSync(join(folder, file), 'utf8') }));
}

export function sampleNames(): string[] {
  return readdirSync(SAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && sampleDocuments(entry.name) !== null)
    .map(({ name }) => name);
}
