using Microsoft.Build.Framework;

namespace MatterStack.Build.Tests.Support;

/// <summary>What a build said and returned.</summary>
internal sealed record BuildAnswer(
    bool Success,
    IReadOnlyList<BuildErrorEventArgs> Errors,
    IReadOnlyList<BuildWarningEventArgs> Warnings,
    string Said,
    string Details,
    IReadOnlyList<string> UpToDate,
    IReadOnlyList<ITaskItem> Items
)
{
    public ITaskItem Item => Items.Count == 1 ? Items[0] : throw new AssertFailedException($"{Items.Count} items instead of one.\n{Said}");

    public BuildErrorEventArgs Error =>
        Errors.Count == 1 ? Errors[0] : throw new AssertFailedException($"{Errors.Count} errors instead of one.\n{Said}");

    public BuildAnswer Succeeded()
    {
        Assert.IsTrue(Success, Said);
        return this;
    }

    public BuildAnswer Failed()
    {
        Assert.IsFalse(Success, Said);
        Assert.AreNotEqual(0, Errors.Count, Said);
        return this;
    }
}
