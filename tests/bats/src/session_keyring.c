/* session_keyring.c - prints "SERIAL NAME" of the session keyring. */
#include <linux/keyctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main (void)
{
  char text[512] = "";
  long ring = syscall (SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
  if (ring < 0 || syscall (SYS_keyctl, KEYCTL_DESCRIBE, ring, text, sizeof text - 1) < 0)
    {
      perror ("session keyring");
      return 1;
    }
  const char *name = strrchr (text, ';');
  printf ("%ld %s\n", ring, name ? name + 1 : text);
  return 0;
}
