import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { DatastreamProvider } from 'schematic-datastream-ws/react';
import { App } from './app.jsx';
import { store } from './store.js';

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <DatastreamProvider store={store}>
      <App />
    </DatastreamProvider>
  </StrictMode>,
);
