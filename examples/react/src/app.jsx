import { useState } from 'react';
import { useCompany, useConnectionState, useFlag, useStale, useUser } from 'schematic-datastream-ws/react';

/** What is live, and how the connection is. */
export function App() {
  const { status } = useConnectionState();
  const isStale = useStale();
  const flag = useFlag('beta');
  const user = useUser({ email: 'ada@acme.example' });
  return (
    <main>
      <h1>Live from the datastream</h1>
      <p>
        Connection: <strong id="status">{status}</strong>
        {isStale ? ' (what you see may be old)' : ''}
      </p>
      <p>
        Flag beta, by default: <strong id="flag">{flag === undefined ? 'unknown' : String(flag.default_value)}</strong>
      </p>
      <Seats slug="acme" />
      <Seats slug="nobody" />
      <p>
        User: <strong id="user">{user?.id ?? 'unknown'}</strong>
      </p>
    </main>
  );
}

function Seats({ slug }) {
  const [error, setError] = useState();
  const company = useCompany({ slug }, { onError: setError });
  const seats = company?.credit_balances?.seats;
  return (
    <p>
      Seats of {slug}: <strong id={`seats-${slug}`}>{seats ?? error?.code ?? 'unknown'}</strong>
    </p>
  );
}
