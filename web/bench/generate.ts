/**
 * Big dumps of a made-up cluster, for the benchmarks: what `iptables-save` or `nft list ruleset` prints on a node of it. The text is the
 * tools' own form, character for character (apart from the order of nft's hash tables), so they load it back.
 *
 *   npx tsx web/bench/generate.ts --services 10000 --endpoints 4 --format iptables|nft [--calico] [--counters] > dump
 */
import { pathToFileURL } from 'node:url';
import { writeCalicoSaved } from '../../samples/source/calico-saved.ts';
import { writeKubeProxy } from '../../samples/source/kube-proxy.ts';
import { kubeProxyNft } from '../../samples/source/kube-proxy-nft.ts';
import { manyWorkloads } from '../../samples/source/nodes.ts';
import { SaveFile } from '../../samples/source/save-file.ts';
import { manyServices } from '../../samples/source/services.ts';

export interface BigDumpOptions {
  readonly services: number;
  /** Per Service: each has this many, one fewer or one more. */
  readonly endpoints: number;
  readonly format: 'iptables' | 'nft';
  /** Calico beside it, with 110 pods on the node (iptables format only: the nft table of Calico does not grow with the Services). */
  readonly calico?: boolean;
  readonly counters?: boolean;
}

const CLUSTER = '10.244.0.0/16';

/** One dump; about 2 kB of text and 14 rules per Service with 4 endpoints in the iptables format. */
export function generateKubeProxy({
  services,
  endpoints,
  format,
  calico = false,
  counters = false,
}: BigDumpOptions): string {
  const list = manyServices({ services, endpoints });
  if (format === 'nft') {
    return kubeProxyNft(list, { clusterCidr: CLUSTER, serviceCidr: '10.96.0.0/12', nodeIps: ['192.168.56.21'] });
  }
  const file = new SaveFile();
  writeKubeProxy(file, list, { clusterCidr: CLUSTER });
  if (calico) writeCalicoSaved(file, manyWorkloads(110));
  if (counters) {
    for (const chain of ['PREROUTING', 'OUTPUT', 'POSTROUTING']) file.send('nat', chain, 40_000_000);
    for (const chain of ['INPUT', 'FORWARD', 'OUTPUT']) file.send('filter', chain, 900_000_000);
  }
  return file.saveText('iptables-save v1.8.9 (nf_tables) on Mon Jun  2 09:30:00 2025', counters);
}

function option(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const format = option('format', 'iptables');
  const services = Number(option('services', '10000'));
  const endpoints = Number(option('endpoints', '4'));
  if ((format !== 'iptables' && format !== 'nft') || !Number.isInteger(services) || !Number.isInteger(endpoints)) {
    process.stderr.write(
      'usage: generate.ts [--services N] [--endpoints N] [--format iptables|nft] [--calico] [--counters]\n',
    );
    process.exitCode = 2;
  } else {
    const flag = (name: string) => process.argv.includes(`--${name}`);
    process.stdout.write(
      generateKubeProxy({ services, endpoints, format, calico: flag('calico'), counters: flag('counters') }),
    );
  }
}
