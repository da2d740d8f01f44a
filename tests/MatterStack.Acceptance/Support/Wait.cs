using System.Diagnostics;

namespace MatterStack.Acceptance.Support;

/// <summary>Waits for what will come, and gives up where it never does.</summary>
internal static class Wait
{
    private static readonly ManualResetEventSlim Never = new();

    /// <summary>Only tells a hang from slowness; nothing is expected to take that long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static void Until(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Patience)
            {
                Assert.Fail($"waited in vain: {what}");
            }

            Never.Wait(TimeSpan.FromMilliseconds(20));
        }
    }

    public static void ForFile(string path) => Until(() => File.Exists(path), path);
}
