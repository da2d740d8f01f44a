// Every test has builds and workspaces of its own; more at once would only wait for each other.
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.MethodLevel)]

// Commands of tasks are a shell's, signals those of Unix.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
