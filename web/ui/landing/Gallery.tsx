/** Samples, each with the stripes of its busiest chain and what the findings say. */
import type { ReactElement } from 'react';
import { plural } from '../shell/words.ts';
import { OwnerChip, Sign } from '../theme/marks.tsx';
import { openSample } from './open-sample.ts';
import { SAMPLES, type Sample } from './samples.ts';

export function Gallery(): ReactElement | null {
  if (SAMPLES.length === 0) return null;
  return (
    <section className="gallery" aria-labelledby="samples">
      <h2 id="samples" className="t-heading">
        Or look at a sample
      </h2>
      <ul>
        {SAMPLES.map((sample) => (
          <li key={sample.id}>
            <SampleCard sample={sample} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function SampleCard({ sample }: { readonly sample: Sample }): ReactElement {
  const { title, kind, rules, story, lookFor, stripes, verdict } = sample;
  return (
    <button type="button" className="sample" title={`Look for: ${lookFor}`} onClick={() => void openSample(sample)}>
      <span className="sample-title">{title}</span>
      <span className="sample-facts">
        <span className="quiet">
          {kind} · {plural(rules, 'rule')}
        </span>
        <Verdict verdict={verdict} />
      </span>
      <span className="sample-stripes" aria-hidden="true">
        {stripes.map((stripe, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a drawing of a fixed list
            key={at}
            className="sample-stripe"
            style={{ flexGrow: 1 + 2 * Math.log10(1 + stripe.rules) }}
          >
            <OwnerChip slot={stripe.slot} initials={stripe.initials} />
          </span>
        ))}
      </span>
      <span className="sample-story">{story}</span>
    </button>
  );
}

const SIGNS = { error: 'overruled', warning: 'order-sensitive', info: 'undecided', benign: 'benign' } as const;

function Verdict({ verdict }: { readonly verdict: Sample['verdict'] }): ReactElement {
  const { severity, text } = verdict;
  const colour = severity === 'error' || severity === 'warning' ? `${severity}-text` : 'secondary';
  return (
    <span className={`sample-verdict ${colour}`}>
      <Sign sign={SIGNS[severity]} severity={severity === 'benign' ? 'info' : severity} size={13} label="" />
      {text}
    </span>
  );
}
