/* The floor: a static program that does nothing, or, with a path, one round trip over a socket.
 *   floor            starts and ends
 *   floor SOCKET     sends 400 bytes, waits for the answer, ends */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2) return 0;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  int const channel = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (channel < 0 || connect(channel, (struct sockaddr*)&address, sizeof address) != 0) return 1;
  char message[400] = {0};
  if (write(channel, message, sizeof message) != (ssize_t)sizeof message) return 1;
  return read(channel, message, sizeof message) > 0 ? 0 : 1;
}
