/** Whose rules are shown, where the dumps have the names of several nodes or network namespaces. */
import type { ReactElement } from 'react';
import { nodesOf } from '../../state/nodes.ts';
import { store, useStore } from '../use-store.ts';
import { plural } from './words.ts';

/** In place of a node's name, where names say only which tool wrote them. */
const NAMELESS = 'dumps without a name';

export function NodeSwitch(): ReactElement | null {
  const documents = useStore((state) => state.documents);
  const node = useStore((state) => state.node);
  const nodes = nodesOf(documents);
  if (nodes.length < 2) return null;
  const chosen = nodes.findIndex(({ name }) => name === node);
  return (
    <select
      className="input node-switch"
      aria-label="Node"
      title="A packet meets the rules of one node, in one network namespace. Dumps are of the same one if they begin with the same name."
      value={chosen}
      onChange={(event) => store.getState().setNode(nodes[Number(event.target.value)]?.name ?? null)}
    >
      <option value={-1}>{`${plural(documents.length, 'dump')} as one node`}</option>
      {nodes.map(({ name, documents: own }, at) => (
        <option key={name} value={at}>
          {`only ${name === '' ? NAMELESS : name} (${plural(own.length, 'dump')})`}
        </option>
      ))}
    </select>
  );
}
