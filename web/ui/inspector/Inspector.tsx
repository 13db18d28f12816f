/** What is selected, in words: a rule, chain, segment, set or owner; of a finding its first place. */
import type { ReactElement } from 'react';
import { assertNever } from '../../base/assert.ts';
import type { Selection, State } from '../../state/store.ts';
import { useStore, useStoreShallow } from '../use-store.ts';
import { ChainPage } from './ChainPage.tsx';
import { OwnerPage } from './OwnerPage.tsx';
import { RulePage } from './RulePage.tsx';
import { SetPage } from './SetPage.tsx';
import './inspector.css';

const WORDS: Readonly<Record<Selection['kind'], string>> = {
  chain: 'Chain',
  segment: 'Segment',
  rule: 'Rule',
  set: 'Set',
  owner: 'Owner',
  finding: 'Evidence',
};

export function Inspector(): ReactElement {
  const selection = useStoreShallow(inspected);
  const kind = useStore((state) => state.selection?.kind ?? null);
  return (
    <section className="panel inspector" aria-label="Inspector">
      <div className="panel-header">
        <h2>{kind === null ? 'Inspector' : WORDS[kind]}</h2>
      </div>
      <div className="inspector-body">
        {selection ? (
          <Page selection={selection} />
        ) : (
          <p className="inspector-note">
            {kind === 'finding'
              ? 'This finding names no single place.'
              : 'Nothing is selected. Click a stripe on the map, a rule in a table, or a line of the source.'}
          </p>
        )}
      </div>
    </section>
  );
}

/** A finding shows its first place. */
function inspected({ selection, overview }: State): Exclude<Selection, { kind: 'finding' }> | null {
  if (selection?.kind !== 'finding') return selection;
  const place = overview?.findings.find(({ id }) => id === selection.finding)?.where[0];
  if (!place) return null;
  return place.rule === null
    ? { kind: 'chain', chain: place.chain }
    : { kind: 'rule', chain: place.chain, rule: place.rule };
}

function Page({ selection }: { readonly selection: Exclude<Selection, { kind: 'finding' }> }): ReactElement {
  switch (selection.kind) {
    case 'rule':
      return <RulePage rule={selection.rule} />;
    case 'chain':
      return <ChainPage chain={selection.chain} segment={null} />;
    case 'segment':
      return <ChainPage chain={selection.chain} segment={selection.segment} />;
    case 'set':
      return <SetPage set={selection.set} />;
    case 'owner':
      return <OwnerPage owner={selection.owner} />;
    default:
      return assertNever(selection, 'selection');
  }
}
