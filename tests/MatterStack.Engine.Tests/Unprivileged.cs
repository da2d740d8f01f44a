using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace MatterStack.Engine.Tests;

/// <summary>Runs a part of a test as somebody to whom modes of files apply: they do not apply to root.</summary>
internal static partial class Unprivileged
{
    private const int Nobody = 65534;

    /// <summary>On a thread of its own, since Linux knows the user of each thread for access to files.</summary>
    public static void Run(Action action)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            action();
            return;
        }

        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("only Linux lets a thread of root's be somebody else");
        }

        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            _ = SetGroup(Nobody);
            _ = SetUser(Nobody);
            try
            {
                action();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                _ = SetUser(0);
                _ = SetGroup(0);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetUser(int id);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    private static partial int SetGroup(int id);
}
