/** pcap-parser ships no types; these are the parts that the comparison uses. */
declare module "pcap-parser" {
  interface Packet {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Uint8Array;
  }
  interface Parser {
    on(event: "packet", listener: (packet: Packet) => void): void;
    on(event: "end", listener: () => void): void;
    on(event: "error", listener: (error: Error) => void): void;
  }
  export function parse(input: NodeJS.ReadableStream): Parser;
}
