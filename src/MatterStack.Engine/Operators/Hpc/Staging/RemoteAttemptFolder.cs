using System.Globalization;
using System.Security.Cryptography;
using MatterStack.Engine.Operators.Logs;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>The folder of an attempt that only the cluster sees. A look is one command there, and following is one, too.</summary>
/// <param name="shell">Shell on the machine with the folder.</param>
/// <param name="folder">The folder as shell text.</param>
/// <param name="name">Machine and folder, for people.</param>
/// <param name="silence">Longest time without an answer.</param>
internal sealed class RemoteAttemptFolder(IShell shell, string folder, string name, TimeSpan? silence = null) : IAttemptFolder
{
    private static readonly TimeSpan DefaultSilence = TimeSpan.FromSeconds(40);

    private readonly TimeSpan _silence = silence ?? DefaultSilence;

    public string Name => name;

    public FolderLook Read(IReadOnlyList<string> files, int most, CancellationToken cancel)
    {
        // A file cannot contain a mark that was drawn after it was written.
        var mark = CreateMark();
        var parser = new FolderFrames(mark);
        return shell.Run(new ShellCall(FolderScripts.BuildLook(folder, files, most, mark), _silence) { Output = parser }, cancel) switch
        {
            ShellResult.NoAnswer none => FolderLook.CreateFailed($"{shell.Name} does not answer: {none.Reason}"),
            ShellResult.Ended { ExitCode: not 0 } => FolderLook.CreateFailed($"its folder {name} is gone (purged?)"),
            _ => parser.CreateLook(files, most),
        };
    }

    public FollowEnd Follow(IReadOnlyList<FollowedFile> files, IFollower follower, CancellationToken cancel)
    {
        var mark = CreateMark();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var parser = new FolderFrames(mark)
        {
            Files = files,
            Follower = follower,
            Stop = stop.Cancel,
        };
        var script = FolderScripts.BuildFollow(folder, [.. files.Select(static file => (file.File, file.Position))], mark);
        return shell.Run(new ShellCall(script, _silence) { Output = parser }, stop.Token) switch
        {
            _ when stop.IsCancellationRequested => new FollowEnd(parser.ExitCode, null),
            ShellResult.NoAnswer none => new FollowEnd(null, none.Reason),
            ShellResult.Ended { ExitCode: not 0 } => new FollowEnd(null, $"its folder {name} is gone (purged?)"),
            _ => new FollowEnd(parser.ExitCode, null),
        };
    }

    public void Dispose() => shell.Dispose();

    private static string CreateMark() =>
        "@"
        + RandomNumberGenerator.GetInt32(int.MaxValue).ToString("x8", CultureInfo.InvariantCulture)
        + RandomNumberGenerator.GetInt32(int.MaxValue).ToString("x8", CultureInfo.InvariantCulture);
}
