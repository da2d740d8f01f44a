using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Problems of file systems that hold runs.</summary>
internal static class FileSystemProblems
{
    /// <summary>Problem: the file system of a path does not answer.</summary>
    public static Problem CreateNotMountedProblem(string path, string why) =>
        new(
            RunCodes.FolderNotWritable,
            $"The file system of {path} does not answer: {why}",
            "Mount it again, or wait for its server, and give the command again; everything recorded so far is kept.",
            new SourcePosition(path)
        );

    /// <summary>Problem: the lock service of a shared file system is down.</summary>
    /// <param name="what">The refused operation, with the message of the system.</param>
    /// <param name="path">The file.</param>
    public static Problem CreateLockServiceProblem(string what, string path) =>
        new(
            RunCodes.FolderNotWritable,
            $"{what}: the lock service of its file system does not answer",
            "Ask your administrator to start it (on NFS: rpc.statd on this machine, lockd on the server) and give the command again, "
                + "or put the runs on another file system with MatterStackRunsDirectory; nothing was lost.",
            new SourcePosition(path)
        );
}
