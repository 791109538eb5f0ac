interface Order {
  item: string;
  count: number;
}

export function handler(event: Order, context: { functionName: string }) {
  console.log(`an order for ${context.functionName}`);
  return { accepted: event.count > 0, text: `${event.count} x ${event.item}` };
}
