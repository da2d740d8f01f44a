using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>The length of a store's path: SQLite opens no longer ones, and says nothing of their length.</summary>
internal static class StorePath
{
    /// <summary>Bytes of a path at the most. SQLite's own limit is 512, of which it keeps 8 for the name of a journal.</summary>
    public const int MaximumBytes = 504;

    public static bool IsTooLong(string path) => Bytes(path) > MaximumBytes;

    public static Problem TooLong(string path) =>
        Problem.Of(RunCodes.PathTooLong, FormattableString.Invariant($"{path} has {Bytes(path)} bytes with links followed, {MaximumBytes} are possible"), new SourcePosition(path));

    // SQLite measures the path that links lead to.
    private static int Bytes(string path) => Math.Max(Encoding.UTF8.GetByteCount(path), Encoding.UTF8.GetByteCount(RealPath.Of(path)));
}
