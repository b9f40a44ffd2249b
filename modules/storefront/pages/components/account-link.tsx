/** The way to the account, which says who is signed in. */
import { customer } from '../lib/session.ts';

/** As wide with a name as without one, so that nothing beside it moves when the name comes. */
export function AccountLink({ path }: { path: string }) {
  const who = customer.value?.name ?? customer.value?.email;
  return (
    <a
      class="account-link"
      href="/account"
      aria-current={path === '/account' ? 'page' : undefined}
      title={who}
    >
      {who === undefined ? (
        'Account'
      ) : (
        <>
          <span class="unseen">Account: </span>
          <bdi>{who}</bdi>
        </>
      )}
    </a>
  );
}
