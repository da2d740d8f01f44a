using System.Diagnostics.CodeAnalysis;

namespace MatterStack.Engine.Problems;

/// <summary>A value, or the problems that kept it from being made; warnings may come with a value.</summary>
internal sealed class Result<T>
{
    private readonly T? _value;

    private Result(bool success, T? value, IReadOnlyList<Problem> problems) => (Success, _value, Problems) = (success, value, problems);

    /// <summary>Whether there is a value.</summary>
    public bool Success { get; }

    /// <summary>Errors if there is no value; warnings, if any, otherwise.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The value. Asking for one that is not there is a bug of the caller.</summary>
    public T Value => Success ? _value! : throw new InvalidOperationException("No value: " + string.Join("; ", Problems));

    /// <summary>A value, perhaps with warnings.</summary>
    public static implicit operator Result<T>(T value) => new(true, value, []);

    /// <summary>One problem.</summary>
    public static implicit operator Result<T>(Problem problem) => new(false, default, [problem]);

    /// <summary>A value with warnings.</summary>
    public static Result<T> Ok(T value, IReadOnlyList<Problem> warnings) => new(true, value, warnings);

    /// <summary>Problems, at least one of them an error.</summary>
    public static Result<T> Fail(IReadOnlyList<Problem> problems) => new(false, default, problems);

    /// <summary>The value, if there is one.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return Success;
    }

    /// <summary>The value, if there is one; the problems, errors or warnings, in any case.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, out IReadOnlyList<Problem> problems)
    {
        problems = Problems;
        return TryGet(out value);
    }

    /// <summary>The value, or a <see cref="ProblemException"/> that carries the problems to the border of the engine.</summary>
    public T OrThrow() => Success ? _value! : throw new ProblemException(Problems);
}
