// A built page has no development server beside it: its address names one.
export default { base: './', define: { __DATASTREAM__: JSON.stringify('http://127.0.0.1:8080') } };
