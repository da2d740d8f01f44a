namespace MatterStack.Engine.Problems;

/// <summary>Going on with a result.</summary>
internal static class ResultSteps
{
    /// <summary>Makes something of the value; problems pass through, warnings stay.</summary>
    public static Result<TNext> Then<T, TNext>(this Result<T> result, Func<T, TNext> next) =>
        result.TryGet(out var value) ? Result<TNext>.Ok(next(value), result.Problems) : Result<TNext>.Fail(result.Problems);
}
