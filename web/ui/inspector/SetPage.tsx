/** A named set, map or ipset: its type, its first elements, and the rules that use it. */
import type { ReactElement } from 'react';
import { count, plural } from '../shell/words.ts';
import { useAnswer } from '../use-answer.ts';
import { OwnerTag } from './owners.tsx';
import { OwnerLine, PageTitle, Part, Waiting } from './parts.tsx';
import { openRule, openSource } from './reveal.ts';

export function SetPage({ set }: { readonly set: number }): ReactElement {
  const { status, answer, error } = useAnswer('set', { set });
  if (!answer || answer.set !== set) return <Waiting status={status} error={error} />;
  const { address, name, type, owner, flags, elements, elementCount, users, userCount, document, span } = answer;
  const table = address.table === '' ? 'ipset' : `${address.family} ${address.table}`;
  return (
    <>
      <PageTitle what={`${table}, ${type}${flags.length > 0 ? `, ${flags.join(' ')}` : ''}`} name={name} />
      <OwnerLine owner={owner} />
      <p className="inspector-actions">
        <button type="button" className="button" onClick={() => openSource(document, span.start)}>
          Show in the source
        </button>
      </p>
      <Part title={plural(elementCount, 'element')}>
        {elementCount === 0 ? (
          <p className="secondary">empty, or not in the dump</p>
        ) : (
          <ul className="inspector-elements mono">
            {elements.map((element) => (
              <li key={element}>{element}</li>
            ))}
          </ul>
        )}
        {elementCount > elements.length ? <p className="quiet">{count(elementCount - elements.length)} more</p> : null}
      </Part>
      <Part title={userCount === 0 ? 'Used by no rule' : `Used by ${plural(userCount, 'rule')}`}>
        <ul className="inspector-list">
          {users.map((row) => (
            <li key={row.rule}>
              <button type="button" className="inspector-link" onClick={() => openRule(row, 'inspector')}>
                <OwnerTag owner={row.owner} />
                <UserName chain={row.chain} index={row.index} />
                <span className="secondary">
                  {row.verdict.kind} {row.verdict.detail}
                </span>
              </button>
            </li>
          ))}
        </ul>
        {userCount > users.length ? <p className="quiet">{count(userCount - users.length)} more</p> : null}
      </Part>
    </>
  );
}

/** Rows do not carry their chain's name. */
function UserName({ chain, index }: { readonly chain: number; readonly index: number }): ReactElement {
  const { answer } = useAnswer('address', { chain });
  return (
    <span className="mono">
      {answer?.chain ?? '…'} {count(index)}
    </span>
  );
}
