/** Packets that prove findings, beside those that the dump suggests. */
import { type ReactElement, useState } from 'react';
import type { FindingWitness } from '../../findings/finding.ts';
import type { Finding } from '../findings/finding.ts';
import { listFindings, NO_FILTER } from '../findings/list.ts';
import { lookOf, useOwners } from '../inspector/owners.tsx';
import { Sign } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';
import { MoreItem } from './MoreItem.tsx';
import { replayWitness } from './use-trace.ts';

/** So many are shown before somebody asks for more. */
const FEW = 3;

interface Proved {
  readonly finding: Finding;
  readonly witness: FindingWitness;
}

export function Witnesses(): ReactElement | null {
  const findings = useStore((state) => state.overview?.findings ?? NONE);
  const shownWitness = useStore((state) => state.trace.witness);
  const [all, setAll] = useState(false);
  const proved = provedOf(findings);
  if (proved.length === 0) return null;
  const shown = proved.filter(({ witness }, at) => all || at < FEW || witness === shownWitness);
  return (
    <section aria-label="Packets that prove findings">
      <h3 className="packet-heading">Witnesses</h3>
      <ul className="presets">
        {shown.map(({ finding, witness }) => (
          <WitnessItem key={finding.id} finding={finding} witness={witness} chosen={witness === shownWitness} />
        ))}
        {proved.length > FEW ? <MoreItem count={proved.length} shown={shown.length} all={all} onAll={setAll} /> : null}
      </ul>
    </section>
  );
}

const NONE: readonly Finding[] = [];

/** One packet of each finding that has some, the gravest first. */
function provedOf(findings: readonly Finding[]): Proved[] {
  return listFindings(findings, NO_FILTER, (owner) => owner).flatMap((finding) => {
    const [witness] = finding.proof?.witnesses ?? [];
    return witness ? [{ finding, witness }] : [];
  });
}

function WitnessItem({ finding, witness, chosen }: Proved & { readonly chosen: boolean }): ReactElement {
  const owners = useOwners();
  const names = [...new Set(finding.owners.map((owner) => lookOf(owners, owner).short))];
  return (
    <li data-chosen={chosen || undefined}>
      <button
        type="button"
        className="preset witness-preset"
        aria-pressed={chosen}
        title={`${finding.title}: ${witness.sentence}`}
        onClick={() => replayWitness(witness)}
      >
        <Sign sign={finding.sign} severity={finding.severity} size={14} label="" />
        <span className="preset-title">{names.length === 0 ? finding.title : names.join(', ')}</span>
        <span className="visually-hidden">: {finding.title}</span>
      </button>
    </li>
  );
}
