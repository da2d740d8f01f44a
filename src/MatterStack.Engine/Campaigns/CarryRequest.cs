namespace MatterStack.Engine.Campaigns;

/// <summary>One entry of a task's <c>Carry</c>: files of the last attempt that the next one begins with.</summary>
/// <param name="Pattern">Path or pattern relative to <c>work/</c>.</param>
/// <param name="Target">Path in the next attempt's <c>work/</c>; null keeps the path.</param>
public sealed record CarryRequest(string Pattern, string? Target = null)
{
    /// <summary>Allows <c>Carry = ["restart.*", "CONTCAR=&gt;POSCAR"]</c> in a C# campaign.</summary>
    public static implicit operator CarryRequest(string text) => FromString(text);

    /// <summary>Parses <c>pattern</c> or <c>path=&gt;name</c>.</summary>
    public static CarryRequest FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (pattern, target) = FileRequest.SplitEntry(text);
        return new CarryRequest(pattern.Trim(), target?.Trim());
    }

    /// <inheritdoc />
    public override string ToString() => Target is null ? Pattern : $"{Pattern}=>{Target}";
}
