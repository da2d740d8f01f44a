using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Limit for the length of a store's path. SQLite refuses longer paths with an error that does not mention the length.</summary>
internal static class StorePathLimit
{
    /// <summary>Longest path, in bytes. SQLite's own limit is 512, of which it reserves 8 for the suffix of a journal.</summary>
    public const int MaxBytes = 504;

    public static bool IsTooLong(string path) => CountBytes(path) > MaxBytes;

    public static Problem CreateTooLongProblem(string path) =>
        Problem.Create(
            RunCodes.PathTooLong,
            FormattableString.Invariant($"{path} has {CountBytes(path)} bytes with links resolved; at most {MaxBytes} are possible"),
            new SourcePosition(path)
        );

    // SQLite measures the path with links resolved.
    private static int CountBytes(string path) =>
        Math.Max(Encoding.UTF8.GetByteCount(path), Encoding.UTF8.GetByteCount(RealPath.ResolveLinks(path)));
}
