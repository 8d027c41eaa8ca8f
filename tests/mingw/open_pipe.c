/* open_pipe FILE COMMAND: runs the command with the bytes of FILE in its standard input, a pipe that then stays open. The
 * exit code is the command's; 99: it did not end within 20 s, 98: it could not be started. */
#include <windows.h>

#include <stdio.h>

static void fill(HANDLE pipe, const char *name)
{
    static char block[65536];
    FILE *const file = fopen(name, "rb");
    size_t size;
    DWORD written;
    while (file != NULL && (size = fread(block, 1, sizeof block, file)) > 0) {
        WriteFile(pipe, block, (DWORD)size, &written, NULL);
    }
}

int main(int argc, char **argv)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    STARTUPINFOA start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    HANDLE pipe;
    DWORD code = 99;
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (argc != 3 || !CreatePipe(&start.hStdInput, &pipe, &inherited, 0)
        || !SetHandleInformation(pipe, HANDLE_FLAG_INHERIT, 0)
        || !CreateProcessA(NULL, argv[2], NULL, NULL, TRUE, 0, NULL, NULL, &start, &process)) {
        return 98;
    }
    fill(pipe, argv[1]);
    if (WaitForSingleObject(process.hProcess, 20000) == WAIT_OBJECT_0) {
        GetExitCodeProcess(process.hProcess, &code);
    }
    return (int)code;
}
