/** The samples for the page: what they are called and show is in the bundle, their dumps are fetched when one is opened. */
import type { PaletteSlot } from '../web/owners/owner.ts';
import summaryJson from './summary.json' with { type: 'json' };

export interface SampleStripe {
  readonly owner: string;
  readonly slot: PaletteSlot;
  readonly initials: string;
  /** Rules of the segment and in the chains below it. */
  readonly rules: number;
}

export interface SampleSummary {
  /** Rules of all documents that count (a table that is listed twice counts once). */
  readonly rules: number;
  /** The segments of the chains that forwarded packets meet at hook forward (input where nothing is forwarded), in order. */
  readonly stripes: readonly SampleStripe[];
  /** `1 warning`, `3 errors`, `all benign`. */
  readonly verdict: { readonly severity: 'error' | 'warning' | 'info' | 'benign'; readonly text: string };
}

export interface SampleText {
  readonly title: string;
  readonly story: string;
  readonly lookFor: string;
  /** `iptables-nft`, `nft`, ...: for the card. */
  readonly kind: string;
  /** File names beside sample.json, in the order in which they are opened. */
  readonly documents: readonly string[];
}

export interface Sample extends SampleSummary, Omit<SampleText, 'documents'> {
  readonly id: string;
  readonly documents: readonly { readonly name: string; readonly load: () => Promise<string> }[];
}

/** In the order of the gallery. */
export const SAMPLE_IDS = [
  'calico-iptables-nft',
  'six-writers',
  'calico-nftables',
  'docker-ufw',
  'legacy-and-nft',
  'kube-proxy-1000',
  'firewalld-docker',
  'tailscale-calico',
  'calico-append',
  'flannel-kube-proxy',
  'istio-sidecar',
  'calico-iptables-legacy',
  'home-router',
] as const;

const texts = import.meta.glob<SampleText>('./*/sample.json', { eager: true, import: 'default' });
const dumps = import.meta.glob<string>('./*/*.{save,nft,ipset}', { query: '?raw', import: 'default' });
const summary: Readonly<Record<string, SampleSummary>> = summaryJson as Readonly<Record<string, SampleSummary>>;

function sample(id: string): Sample {
  const text = texts[`./${id}/sample.json`];
  const derived = summary[id];
  if (!text || !derived)
    throw new Error(`sample ${id} has no sample.json or no entry in summary.json: run samples/summarise.ts`);
  return {
    id,
    title: text.title,
    story: text.story,
    lookFor: text.lookFor,
    kind: text.kind,
    documents: text.documents.map((name) => {
      const load = dumps[`./${id}/${name}`];
      if (!load) throw new Error(`sample ${id} has no file ${name}`);
      return { name, load };
    }),
    ...derived,
  };
}

export const SAMPLES: readonly Sample[] = SAMPLE_IDS.map(sample);
