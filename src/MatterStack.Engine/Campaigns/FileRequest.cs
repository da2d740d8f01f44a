namespace MatterStack.Engine.Campaigns;

/// <summary>One entry of a task's <c>Files</c>.</summary>
/// <param name="Source">Path or pattern relative to the campaign project's folder, forward slashes.</param>
/// <param name="Target">Name in the task's <c>work/</c> folder; null keeps the relative path.</param>
public sealed record FileRequest(string Source, string? Target = null)
{
    /// <inheritdoc />
    public override string ToString() => Target is null ? Source : $"{Source}=>{Target}";
}
