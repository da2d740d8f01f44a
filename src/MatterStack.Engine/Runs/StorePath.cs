using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Limit for the length of a store's path. SQLite refuses longer paths with an error that does not mention the length.</summary>
internal static class StorePath
{
    /// <summary>Longest path, in bytes. SQLite's own limit is 512, of which it reserves 8 for the suffix of a journal.</summary>
    public const int MaximumBytes = 504;

    public static bool IsTooLong(string path) => Bytes(path) > MaximumBytes;

    public static Problem TooLong(string path) =>
        Problem.Create(RunCodes.PathTooLong, FormattableString.Invariant($"{path} has {Bytes(path)} bytes with links resolved; at most {MaximumBytes} are possible"), new SourcePosition(path));

    // SQLite measures the path with links resolved.
    private static int Bytes(string path) => Math.Max(Encoding.UTF8.GetByteCount(path), Encoding.UTF8.GetByteCount(RealPath.Of(path)));
}
