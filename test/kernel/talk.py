"""Sends one HTTP request after another to a server of its own at ADDRESS PORT, until FILE holds the word that is in them.

Arguments: address, port, file, word. What captures buffers, and nobody can tell when it has come through.
"""
import socket
import sys
import threading
import time

address, port, file, word = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4].encode()


def serve(server):
    while True:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def told():
    with open(file, "rb") as captured:
        return word in captured.read()


server = socket.create_server((address, port))
threading.Thread(target=serve, args=[server], daemon=True).start()
while not told():
    with socket.create_connection((address, port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: " + word + b"\r\n\r\n")
        client.recv(4096)
    time.sleep(0.05)
