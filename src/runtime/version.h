/* version.h - which version of the runtime this is: from the build. */
#ifndef RUNTIME_VERSION_H
#define RUNTIME_VERSION_H

#ifndef PACKAGE_VERSION
#error "the build defines PACKAGE_VERSION"
#endif
#ifndef PERRY_COMMIT
#define PERRY_COMMIT "unknown"
#endif

#endif
